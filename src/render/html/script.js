'use strict';
// Everything here makes the page handier. Nothing of it is needed to read the page.
(() => {
  const all = (selector) => Array.from(document.querySelectorAll(selector));
  const by = (id) => document.getElementById(id);
  const tell = (text) => { by('told').textContent = text; };

  for (const button of all('button.copy')) {
    button.hidden = false;
    button.addEventListener('click', () => copy(button));
  }

  function copy(button) {
    const text = button.previousElementSibling.textContent;
    const done = (says) => {
      button.textContent = says;
      tell(says);
      setTimeout(() => { button.textContent = 'Copy'; }, 1500);
    };
    if (!navigator.clipboard) return done(select(button.previousElementSibling));
    navigator.clipboard.writeText(text).then(() => done('Copied'), () => done(select(button.previousElementSibling)));
  }

  // Where the clipboard is out of reach, the text is at least selected.
  function select(element) {
    getSelection().selectAllChildren(element);
    return 'Selected';
  }

  const panel = by('filters');
  if (panel) {
    const findings = all('.finding').map((card) => ({ card, ...card.dataset, text: card.textContent.toLowerCase() }));
    const boxes = all('#filters input[type=checkbox]');
    const filter = () => {
      const severities = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
      const code = by('code').value;
      const kind = by('kind').value;
      const words = by('text').value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const finding of findings) {
        const fits = severities.has(finding.severity) && (!code || finding.code === code) && (!kind || finding.kind === kind)
          && words.every((word) => finding.text.includes(word));
        finding.card.classList.toggle('off', !fits);
        shown += fits ? 1 : 0;
      }
      for (const group of all('.group')) group.classList.toggle('off', !group.querySelector('.finding:not(.off)'));
      by('count').textContent = `${shown} of ${findings.length} shown`;
    };
    const reset = () => {
      for (const box of boxes) box.checked = true;
      for (const id of ['code', 'kind', 'text']) by(id).value = '';
      filter();
    };
    panel.addEventListener('input', filter);
    by('reset').addEventListener('click', reset);
    // What a link leads to is never filtered out.
    addEventListener('hashchange', () => {
      const target = document.querySelector(':target');
      if (target && target.closest('.off')) { reset(); target.scrollIntoView(); }
    });
    panel.hidden = false;
    reset();
  }

  // On paper everything is unfolded, and afterwards as it was.
  let folded = [];
  addEventListener('beforeprint', () => {
    folded = all('details:not([open])');
    for (const details of folded) details.open = true;
  });
  addEventListener('afterprint', () => { for (const details of folded) details.open = false; });
})();
