/* Keeps “5 minutes ago” true while a page stays open, and shows exact times in the reader's own zone.
   Counts from the server's now (`<meta name="now">`), so that a wrong clock of the computer does no harm. */
'use strict';
{
    const UNITS = [['year', 365 * 86400], ['month', 30 * 86400], ['week', 7 * 86400], ['day', 86400], ['hour', 3600], ['minute', 60]];
    const exact = new Intl.DateTimeFormat('en-GB', {dateStyle: 'long', timeStyle: 'short'});
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone || '';
    const served = Date.parse(document.querySelector('meta[name="now"]')?.content) || Date.now();
    const loaded = performance.now();

    /* The same words as `issues/words.py` says. */
    function ago(seconds) {
        if (Math.abs(seconds) < 60) {
            return seconds >= 0 ? 'just now' : 'in a moment';
        }
        const length = seconds > 0 ? seconds : 59 - seconds;
        const [name, unit] = UNITS.find(([, size]) => length >= size);
        const count = Math.floor(length / unit);
        const words = `${count} ${name}${count === 1 ? '' : 's'}`;
        return seconds > 0 ? `${words} ago` : `in ${words}`;
    }

    function refresh() {
        const present = served + performance.now() - loaded;
        document.querySelectorAll('time[datetime]').forEach(element => {
            const at = Date.parse(element.dateTime);
            const words = ago((present - at) / 1000);
            if (element.textContent !== words) {
                element.textContent = words;
            }
            element.title = `${exact.format(at)} ${zone}`.trim();
        });
    }

    refresh();
    setInterval(refresh, 20000);
}
