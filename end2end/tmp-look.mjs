import { chromium } from 'playwright-core';
const [,, base, setup, port, fp] = process.argv;
const b = await chromium.launch({ executablePath:'/usr/bin/chromium', args:['--no-sandbox','--disable-gpu','--disable-quic','--no-first-run','--disable-background-networking','--disable-component-update','--disable-sync']});
const c = await b.newContext({ viewport:{width:1280,height:900} });
const p = await c.newPage();
const logs=[]; p.on('console',m=>{ if(['error','warning'].includes(m.type())) logs.push(m.text().slice(0,300))}); p.on('pageerror',e=>logs.push('PAGEERR '+e.message.slice(0,300)));
const shot = async n => { await p.screenshot({path:`/work/tmp/shots/${n}.png`, fullPage:true}); console.log(n, p.url(), await p.title()); };
const hyd = async () => { await p.waitForSelector('html[data-hydrated=true]',{timeout:15000}).catch(()=>console.log('NOT HYDRATED', p.url())); };
try {
await p.goto(setup); await hyd(); await shot('01-setup');
await p.getByLabel('Full name').fill('Ada Lovelace'); await p.getByLabel(/mail/i).first().fill('ada@office.example');
const pw = await p.locator('input[type=password]').all(); for (const x of pw) await x.fill('correct horse battery');
await p.locator('main button[type=submit]').first().click(); await p.waitForURL(u=>!u.pathname.startsWith('/setup'),{timeout:10000}); await hyd(); await shot('02-home');
await p.goto(base+'/accounts'); await hyd(); await shot('03-accounts-empty');
await p.goto(base+'/accounts/new'); await hyd(); await shot('04-account-new');
} catch(e) { console.log('FAIL', e.message.slice(0,800)); await shot('fail'); }
console.log(logs.join('\n')); await c.storageState({path:'/work/tmp/shots/state.json'}); await b.close();
