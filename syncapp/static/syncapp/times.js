/* Keeps “5 minutes ago” true while a page stays open, and shows exact times in the reader's own zone.
   Counts from the server's now (`<meta name="now">`), so that a wrong clock of the computer does no harm. */
'use strict';
{
    const UNITS = [['year', 365 * 86400], ['month', 30 * 86400], ['week', 7 * 86400], ['day', 86400], ['hour', 3600], ['minute', 60]];
    const language = document.documentElement.lang || 'en';
    const spoken = language === 'en' ? 'en-GB' : language;
    const exact = new Intl.DateTimeFormat(spoken, {dateStyle: 'long', timeStyle: 'short'});
    const relative = new Intl.RelativeTimeFormat(spoken, {numeric: 'always'});
    const present = document.querySelector('meta[name="now"]');
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone || '';
    const served = Date.parse(present?.content) || Date.now();
    const loaded = performance.now();

    /* The same words as `issues/words.py` says. */
    function ago(seconds) {
        if (Math.abs(seconds) < 60) {
            return seconds >= 0 ? present?.dataset.past || 'just now' : present?.dataset.ahead || 'in a moment';
        }
        const length = seconds > 0 ? seconds : 59 - seconds;
        const [name, unit] = UNITS.find(([, size]) => length >= size);
        const count = Math.floor(length / unit);
        return relative.format(seconds > 0 ? -count : count, name);
    }

    function refresh() {
        const moment = served + performance.now() - loaded;
        document.querySelectorAll('time[datetime]').forEach(element => {
            const at = Date.parse(element.dateTime);
            const words = ago((moment - at) / 1000);
            if (element.textContent !== words) {
                element.textContent = words;
            }
            element.title = `${exact.format(at)} ${zone}`.trim();
        });
    }

    refresh();
    setInterval(refresh, 20000);
}
