/* Keeps the page of an order up to date until nothing of it moves any more, and loads it anew where there is something else to do. Without it the page reloads itself. */
'use strict';
{
    const box = document.querySelector('[data-progress]');
    const EVERY = 1000;
    const numbers = new Intl.NumberFormat(document.documentElement.lang || 'en');

    function show(progress) {
        box.querySelectorAll('[data-count]').forEach(element => {
            const number = progress[element.dataset.count];
            element.textContent = number === null ? '…' : numbers.format(number);
        });
        const bar = box.querySelector('progress');
        bar.max = progress.total || 1;
        bar.value = progress.done;
        document.querySelector('[data-sentence]').textContent = progress.sentence;
    }

    async function ask() {
        try {
            const answer = await fetch(box.dataset.progress, {headers: {Accept: 'application/json'}, credentials: 'same-origin'});
            if (!answer.ok) {
                throw new Error(answer.status);
            }
            const progress = await answer.json();
            show(progress);
            if (progress.over || progress.state !== box.dataset.state) {
                location.reload();
                return;
            }
        } catch {
            document.querySelector('[data-sentence]').textContent = box.dataset.lost;
        }
        setTimeout(ask, EVERY);
    }

    if (box) {
        setTimeout(ask, EVERY);
    }
}
