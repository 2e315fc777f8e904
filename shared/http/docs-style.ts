/** The look of /docs: one file, light and dark as the reader's system has it. */
export const style = `
:root { color-scheme: light dark; --line: light-dark(#e3e5e9, #2c313a); --soft: light-dark(#f6f7f9, #1a1e25);
  --text: light-dark(#1d2129, #dfe3ea); --dim: light-dark(#646c7a, #8d96a6); --page: light-dark(#fff, #12151a);
  --accent: light-dark(#0b66c3, #6cb2ff); --get: light-dark(#1a7f4b, #4cc38a); --post: light-dark(#0b66c3, #6cb2ff);
  --put: light-dark(#a15c07, #f0b25a); --patch: light-dark(#7a49c9, #b996f5); --delete: light-dark(#c1323d, #ff8189);
  --mono: ui-monospace, 'SF Mono', 'Cascadia Code', Menlo, Consolas, monospace; }
* { box-sizing: border-box; }
html { scroll-behavior: smooth; scroll-padding-top: 1.5rem; }
body { margin: 0; font: 15px/1.6 system-ui, sans-serif; color: var(--text); background: var(--page);
  display: grid; grid-template-columns: 17rem minmax(0, 1fr); }
nav { position: sticky; top: 0; height: 100vh; overflow-y: auto; padding: 1.75rem 1rem; border-right: 1px solid var(--line);
  background: var(--soft); font-size: 13.5px; }
nav h2 { margin: 1.4rem .5rem .3rem; font-size: 11px; letter-spacing: .08em; text-transform: uppercase; color: var(--dim); }
nav a { display: flex; gap: .6rem; align-items: baseline; padding: .2rem .5rem; border-radius: 6px; color: inherit; text-decoration: none; }
nav a:hover { background: var(--line); }
nav .path { overflow-wrap: anywhere; }
main { padding: 2.5rem clamp(1.25rem, 5vw, 4rem) 6rem; max-width: 62rem; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .25rem; letter-spacing: -.02em; }
h1 small { font-size: .85rem; font-weight: 400; color: var(--dim); letter-spacing: 0; margin-left: .5rem; }
a { color: var(--accent); }
section { padding: 2.25rem 0 .5rem; border-top: 1px solid var(--line); margin-top: 2.25rem; }
section h2 { display: flex; flex-wrap: wrap; gap: .75rem; align-items: baseline; margin: 0; font: 600 1.1rem/1.4 var(--mono); overflow-wrap: anywhere; }
section > p { margin: .35rem 0 1rem; color: var(--dim); }
h3 { font-size: .8rem; margin: 1.5rem 0 .4rem; letter-spacing: .02em; }
.method { font: 700 11px/1 var(--mono); letter-spacing: .03em; min-width: 3.1rem; }
section .method { font-size: .8rem; padding: .4em .65em; border-radius: 6px; text-align: center; border: 1px solid currentColor; }
.get { color: var(--get); } .post { color: var(--post); } .put { color: var(--put); } .patch { color: var(--patch); } .delete { color: var(--delete); }
table { width: 100%; border-collapse: collapse; font-size: 14px; }
td { padding: .45rem .75rem .45rem 0; border-top: 1px solid var(--line); vertical-align: top; }
td:first-child { width: 13rem; font-family: var(--mono); font-size: 13px; overflow-wrap: anywhere; }
tr:first-child td { border-top: 0; }
i { font-style: normal; color: var(--dim); font-size: 12.5px; }
b.required { color: var(--delete); font: 11px/1 system-ui; margin-left: .4rem; }
.statuses { display: flex; flex-wrap: wrap; gap: .4rem; }
.statuses span { font: 12.5px/1 var(--mono); padding: .4em .6em; border-radius: 6px; background: var(--soft); border: 1px solid var(--line); }
.statuses .ok { color: var(--get); } .statuses .bad { color: var(--dim); }
pre { margin: 0; padding: .85rem 1rem; overflow: auto; max-height: 24rem; font: 12.5px/1.55 var(--mono); background: var(--soft);
  border: 1px solid var(--line); border-radius: 8px; }
details { margin-top: 1.25rem; border: 1px solid var(--line); border-radius: 8px; }
summary { cursor: pointer; padding: .6rem 1rem; font-weight: 600; font-size: 13.5px; }
form { padding: 0 1rem 1rem; display: grid; gap: .6rem; }
label { display: grid; grid-template-columns: 10rem 1fr; gap: .75rem; align-items: center; font: 13px var(--mono); }
input, textarea { font: 13px/1.5 var(--mono); padding: .4rem .6rem; border: 1px solid var(--line); border-radius: 6px; background: var(--page); color: inherit; width: 100%; }
textarea { min-height: 7rem; resize: vertical; }
button { justify-self: start; font: 600 13.5px system-ui; padding: .5rem 1.2rem; border: 0; border-radius: 6px; background: var(--accent); color: var(--page); cursor: pointer; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
output:empty { display: none; }
@media (max-width: 760px) { body { display: block; } nav { position: static; height: auto; border: 0; } label { grid-template-columns: 1fr; gap: .2rem; } }
`;
