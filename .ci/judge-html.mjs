// Opens pages in a browser: on a wide screen, in the dark, on a telephone, on paper, without the script; and shows that broken pages are refused.
//
//     judge-html.mjs BINARY GATE FOLDER

import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const { chromium } = createRequire(process.env.PLAYWRIGHT)('playwright-core');
const [BINARY, GATE, FOLDER] = process.argv.slice(2);
const HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)></title></svg></style>\' onclick=alert(1) javascript:alert(1) {{7*7}} ${x} <!--\u001b[2J\u202e';
const CARDS = 1000;
const need = (holds, message) => { if (!holds) throw new Error(message); };

// --- the pages

const file = (name, text) => { const path = join(FOLDER, name); writeFileSync(path, text); return path; };

function run(program, args, codes) {
  const ran = spawnSync(program, args, { maxBuffer: 1 << 28 });
  need(codes.includes(ran.status), `${args.join(' ')}: exit ${ran.status}: ${ran.stderr}`);
  return ran.stdout;
}

// The demo's account, changed: a line is replaced by the lines that `change` makes of it.
function snapshot(name, change) {
  const lines = readFileSync('fixtures/demo/account.snapshot.jsonl', 'utf8').trim().split('\n').map((line) => JSON.parse(line)).flatMap(change);
  lines[lines.length - 1].lines = lines.length;
  return file(name, lines.map((line) => JSON.stringify(line) + '\n').join(''));
}

const GAP = { type: 'gap', operation: 'acm:ListCertificates', kinds: ['certificate'], cause: 'denied', message: 'access denied' };
const NAMED = ['target-group', 'security-group', 'load-balancer', 'alarm', 'log-group'];
const hostile = (line) => [NAMED.includes(line.type) && line.name ? { ...line, name: line.name + HOSTILE } : line];

// A thousand more of each target group, as completely read as the first.
function crowd(line) {
  const copies = (arn) => Array.from({ length: 1000 }, (_, n) => arn.slice(0, -4) + String(1000 + n));
  if (line.type === 'read') return [{ ...line, parents: line.parents.flatMap((arn) => (arn.includes(':targetgroup/') ? [arn, ...copies(arn)] : [arn])) }];
  return line.type === 'target-group' ? [line, ...copies(line.arn).map((arn) => ({ ...line, arn }))] : [line];
}

function plan() {
  const text = JSON.parse(readFileSync('fixtures/terraform/plan.json', 'utf8'));
  const [change] = text.resource_changes;
  const made = (name, cluster, service) => ({
    ...change, address: `aws_ecs_express_gateway_service.${name}`, name,
    change: { ...change.change, after: { ...change.change.after, cluster, service_name: service } },
  });
  text.resource_changes = [change, made('again', 'trial-cluster', 'hoge-service'), made('taken', 'default', 'storefront')];
  return file('plan.json', JSON.stringify(text));
}

function pages() {
  const plain = snapshot('plain.jsonl', (line) => [line]);
  const acting = snapshot('hostile.jsonl', hostile);
  const unread = snapshot('unread.jsonl', (line) => (line.type === 'scope' ? [line, GAP] : [line]));
  const many = snapshot('many.jsonl', crowd);
  const state = 'fixtures/demo/terraform.tfstate';
  const page = (name, args, codes) => {
    const json = join(FOLDER, `${name}.json`);
    const path = file(`${name}.html`, run(BINARY, [...args, '-f', 'html', '-o', `json=${json}`], codes));
    return { name, path, report: JSON.parse(readFileSync(json, 'utf8')) };
  };
  const all = [
    page('demo', ['demo'], [0]),
    page('checklist', ['checklist', '--snapshot', plain, '-d', state], [2]),
    page('clean', ['audit', '--snapshot', plain, '-d', state, '--own', 'service=default/storefront'], [0]),
    page('gaps-only', ['audit', '--snapshot', unread, '--own', 'service=default/storefront'], [3]),
    page('hostile', ['audit', '--snapshot', acting, '-d', state], [2]),
    page('hostile-checklist', ['checklist', '--snapshot', acting, '-d', state], [2]),
    page('crowd', ['audit', '--snapshot', many, '-d', state], [2]),
  ];
  const known = { ...all[0].report, command: 'audit', findings: all[0].report.findings.slice(3) };
  all.push(page('baseline', ['audit', '--snapshot', plain, '-d', state, '--baseline', file('known.json', JSON.stringify(known))], [2]));
  const gated = run(GATE, [plan(), plain], [2]);
  need(['create-while-draining', 'name-taken'].every((code) => gated.includes(`data-code="${code}"`)), 'the gate lets a plan pass');
  return [...all, { name: 'preflight', path: file('preflight.html', gated), report: null }];
}

// --- what is held of a page

const ARGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync'];
const SCREENS = {
  light: { viewport: { width: 1280, height: 900 }, colorScheme: 'light' },
  dark: { viewport: { width: 1280, height: 900 }, colorScheme: 'dark' },
  phone: { viewport: { width: 380, height: 800 }, colorScheme: 'light' },
};

// Opens a page and notes whatever it tries.
async function opened(browser, path, options, act) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const noted = [];
  page.on('console', (message) => noted.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => noted.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => { noted.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  page.on('request', (request) => { if (request.url().split('#')[0] !== pathToFileURL(path).href) noted.push(`request: ${request.url()}`); });
  try {
    await page.goto(pathToFileURL(path).href);
    await act(page).catch((error) => noted.push(error.message));
    need(noted.length === 0, noted.join('; '));
  } finally {
    await context.close();
  }
}

// The texts whose contrast with what is behind them is below WCAG's 4.5.
function faint() {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return canvas.getImageData(0, 0, 1, 1).data;
  };
  const luminance = (colour) => {
    const [r, g, b] = Array.from(colour).map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const style = getComputedStyle(at);
      const box = at.namespaceURI.endsWith('svg') ? at.querySelector(':scope > rect') : null;
      const colour = rgba(box ? getComputedStyle(box).fill : style.backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return rgba('white');
  };
  const found = [];
  const seen = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || seen.has(element) || !element.checkVisibility() || element.closest('script, style, title, .sr, .skip')) continue;
    seen.add(element);
    const ink = rgba(element.namespaceURI.endsWith('svg') ? getComputedStyle(element).fill : getComputedStyle(element).color);
    const [low, high] = [luminance(ink), luminance(behind(element))].sort((a, b) => a - b);
    const contrast = (high + 0.05) / (low + 0.05);
    if (contrast < 4.5) found.push(`${element.tagName}.${element.getAttribute('class')} ${contrast.toFixed(2)}: ${element.textContent.slice(0, 40)}`);
    if (seen.size > 3000) break;
  }
  return found;
}

async function judgeLook(page, name) {
  const sizes = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  need(sizes[0] <= sizes[1], `it is wider than its window: ${sizes}`);
  const pale = await page.evaluate(faint);
  need(pale.length === 0, `too little contrast: ${pale.slice(0, 5).join('; ')}`);
  const strangers = await page.evaluate(() => {
    const strange = document.querySelectorAll('img, iframe, object, embed, link, base, form, video, audio, template, script ~ *');
    return [strange.length, document.scripts.length, document.querySelectorAll('[style], [onclick], [onerror], [onload]').length];
  });
  need(strangers.join() === '0,1,0', `elements from outside: ${strangers}`);
  if (name) await page.screenshot({ path: join(FOLDER, `${name}.png`), fullPage: !name.startsWith('crowd') });
}

const visible = (page) => page.locator('.finding:not(.off)').count();

async function judgeFindings(page, report) {
  const cards = await page.locator('.finding').count();
  need(cards === Math.min(report.findings.length, CARDS), `${cards} cards of ${report.findings.length} findings`);
  const left = report.findings.length - cards;
  need((await page.textContent('main')).includes(`room here for ${left} finding`) === left > 0, `${left} findings are not counted`);
  const names = await page.locator('.finding h4').allTextContents();
  const plain = (text) => text.replace(/[^ -~]|\\u\{\w+\}/g, '');
  const known = new Set(report.findings.map((finding) => plain(finding.name)));
  need(names.every((name) => known.has(plain(name))), `a name that is not the report's: ${names.find((name) => !known.has(plain(name)))}`);
  need((await page.textContent('.ending')).includes(`${report.exit_code}`), 'no exit code');
  for (const gap of report.gaps) need((await page.textContent('main')).includes(gap.operation), `a gap is lacking: ${gap.operation}`);
}

async function judgeFilters(page, report) {
  const cards = await page.locator('.finding').count();
  need(await page.locator('#filters').isVisible() === cards > 0, 'no filters');
  if (cards === 0) return;
  const severity = await page.locator('.finding').first().getAttribute('data-severity');
  const of = (key, value) => page.locator(`.finding[data-${key}="${value}"]`).count();
  await page.locator(`#filters input[value=${severity}]`).uncheck();
  need(await visible(page) === cards - await of('severity', severity), 'severities do not filter');
  await page.locator('#reset').click();
  for (const key of ['code', 'kind']) {
    const value = await page.locator('.finding').last().getAttribute(`data-${key}`);
    await page.locator(`#${key}`).selectOption(value);
    need(await visible(page) === await of(key, value), `a ${key} does not filter`);
    await page.locator('#reset').click();
  }
  const arn = report.findings.find((finding) => finding.arn).arn;
  await page.locator('#text').fill(arn.toUpperCase());
  const hits = await visible(page);
  need(hits >= 1 && hits <= report.findings.filter((finding) => JSON.stringify(finding).includes(arn)).length, `${hits} cards with ${arn}`);
  need((await page.textContent('#count')) === `${hits} of ${cards} shown`, 'the count is not told');
  await page.locator('#text').fill('no such words');
  need(await visible(page) === 0 && await page.locator('.group:visible').count() === 0, 'a text does not filter');
  // A link to what is filtered out shows it again.
  await page.evaluate(() => { location.hash = '#f-1'; });
  await page.waitForFunction(() => document.querySelectorAll('.finding:not(.off)').length > 0);
  need(await visible(page) === cards, 'it does not come back');
}

async function judgeControls(page) {
  await page.keyboard.press('Tab');
  need(await page.evaluate(() => document.activeElement.className === 'skip' && document.activeElement.getBoundingClientRect().top >= 0), 'the way past the head');
  await page.keyboard.press('Enter');
  need(await page.evaluate(() => document.activeElement.id === 'findings'), 'it leads to the findings');
  const copy = page.locator('button.copy');
  if (await copy.count() > 0) {
    await copy.first().focus();
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => /Copied|Selected/.test(document.querySelector('button.copy').textContent));
    const [text, shown] = await page.evaluate(async () => [await navigator.clipboard.readText(), document.querySelector('.copyable code').textContent]);
    need(text === shown, `${text} was copied`);
    await page.locator('.finding a.code').first().click();
    need(await page.locator('.meaning dl').first().isVisible() || await page.locator('.meaning[open]').count() > 0, 'the meaning unfolds');
  }
  const nameless = await page.evaluate(() => Array.from(document.querySelectorAll('button, a, input, select, [role=region], [role=img]'))
    .filter((element) => !(element.textContent.trim() || element.getAttribute('aria-label') || element.closest('label'))).length);
  need(nameless === 0, `${nameless} controls without a name`);
}

async function judgePaper(page) {
  await page.emulateMedia({ media: 'print' });
  await page.setViewportSize({ width: 760, height: 1000 });
  const state = await page.evaluate(() => {
    const all = (selector) => Array.from(document.querySelectorAll(selector));
    const folded = all('details > :not(summary)').filter((element) => element.getBoundingClientRect().height === 0);
    return { over: Math.max(0, document.documentElement.scrollWidth - innerWidth), folded: folded.length, controls: all('button, input, select, nav').filter((element) => element.checkVisibility()).length };
  });
  need(Object.values(state).every((count) => count === 0), `on paper: ${JSON.stringify(state)}`);
}

async function judgeWithoutScript(page) {
  const cards = await page.locator('.finding').count();
  need(await page.locator('.finding:visible').count() === cards, 'cards need the script');
  need(await page.locator('#filters:visible, button:visible').count() === 0, 'controls that do nothing');
}

async function judge(browser, { name, path, report }, pictures) {
  for (const [screen, options] of Object.entries(SCREENS)) {
    await opened(browser, path, options, (page) => judgeLook(page, pictures && `${name}-${screen}`));
  }
  await opened(browser, path, { ...SCREENS.light, permissions: ['clipboard-read', 'clipboard-write'] }, async (page) => {
    await judgeControls(page);
    if (report) {
      await judgeFindings(page, report);
      await judgeFilters(page, report);
    }
    await judgePaper(page);
  });
  await opened(browser, path, { ...SCREENS.light, javaScriptEnabled: false }, judgeWithoutScript);
}

// --- what the judge has to refuse: a name, and what to do to the page

const swap = (old, made) => (text) => {
  need(text.includes(old), `there is no ${old} to break`);
  return text.replace(old, made);
};
const without = (policy) => (text) => policy(text.replace(/<meta http-equiv[^>]*>/, ''));
const REFUSED = /Content Security Policy/;
const BREAKS = {
  'a script that somebody put in': [REFUSED, swap('<main', '<script>document.title = "hacked"</script><main')],
  'a script that acts, without the policy': [/dialog: 1/, without(swap('<main', '<script>alert(1)</script><main'))],
  'a handler': [REFUSED, swap('<main', '<details open ontoggle="alert(1)"></details><main')],
  'an image from elsewhere': [/request: https:..evil/, without(swap('<main', '<img alt="" src="https://evil.example/x.png"><main'))],
  'an element from elsewhere': [/elements from outside/, swap('<main', '<img alt=""><main')],
  'a changed style': [REFUSED, swap('body {', 'body { border: 0;')],
  'a changed script': [REFUSED, swap("'use strict';", "'use strict' ;")],
  'a style of one element': [REFUSED, swap('<h1>', '<h1 style="color: red">')],
  'a lost card': [/11 cards of 12/, (text) => text.replace(/<article.*?<\/article>/s, '')],
  'another name': [/not the report's/, swap('<h4><bdi>', '<h4><bdi>x')],
  'a wide element': [/wider than its window/, without(swap('<main id="main">', '<main id="main"><svg width="900" height="9"></svg>'))],
  'pale letters': [/too little contrast/, without(swap('--ink: #1a1f27', '--ink: #b0b0b0'))],
  'pale letters in the dark': [/too little contrast/, without(swap('--ink: #e7eaef', '--ink: #404040'))],
  'what stays folded on paper': [/on paper/, without(swap('details::details-content', 'details::nothing'))],
  'a way past the head that leads nowhere': [/leads to the findings/, swap('href="#findings">Skip', 'href="#maps">Skip')],
  'filters that do nothing': [/do not filter/, without(swap("toggle('off', !fits)", "toggle('off', false)"))],
  'a button that copies something else': [/was copied/, without(swap('previousElementSibling.textContent', 'parentElement.textContent'))],
  'controls that need the script': [/controls that do nothing/, swap(' hidden><fieldset', '><fieldset')],
};

// Whoever gets a script into the page gets nothing, and it is noticed.
async function refusesScripts(browser, { path }) {
  const [refused, inject] = BREAKS['a script that somebody put in'];
  let title = '';
  const look = async (page) => { title = await page.title(); };
  const told = await opened(browser, file('injected.html', inject(readFileSync(path, 'utf8'))), SCREENS.light, look).then(() => '', (error) => error.message);
  need(refused.test(told), 'an injected script is not noticed');
  need(title !== '' && title !== 'hacked', 'an injected script runs');
}

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ARGS });
try {
  const all = pages();
  for (const page of all) {
    await judge(browser, page, true).catch((error) => { throw new Error(`${page.name}: ${error.message}`); });
  }
  const [demo] = all;
  await refusesScripts(browser, demo);
  for (const [name, [reason, broken]] of Object.entries(BREAKS)) {
    const path = file('broken.html', broken(readFileSync(demo.path, 'utf8')));
    const told = await judge(browser, { ...demo, path }, false).then(() => '', (error) => error.message);
    need(reason.test(told), `the judge lets a broken page pass: ${name}: ${told}`);
  }
  console.log(`${all.length} pages seen by a browser; ${Object.keys(BREAKS).length} broken pages refused; pictures in ${FOLDER}`);
} finally {
  await browser.close();
}
