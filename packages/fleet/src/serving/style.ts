/** The style sheet of all pages: the colours of the browser page, and system fonts. */
export const styleSheet: string = `:root {
  color-scheme: light dark;
  --ground: light-dark(#f6f7f8, #121418);
  --surface: light-dark(#ffffff, #191c21);
  --ink: light-dark(#1b1e23, #e3e6ea);
  --muted: light-dark(#59616d, #9da6b3);
  --line: light-dark(#dfe3e8, #2d333c);
  --accent: light-dark(#2454c7, #8fb0ff);
  --accent-ground: light-dark(#e8eefc, #1f2b46);
  --bad: light-dark(#b0261e, #ff9d94);
  --mono: 12.5px/1.55 ui-monospace, Menlo, "DejaVu Sans Mono", monospace;
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--ground); color: var(--ink);
  font: 14px/1.5 system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif;
}
a { color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.skip { position: absolute; left: -999px; }
.skip:focus { left: 8px; top: 8px; padding: 4px 8px; background: var(--surface); }
header {
  display: flex; flex-wrap: wrap; gap: 4px 24px; align-items: center; padding: 8px 16px;
  background: var(--surface); border-bottom: 1px solid var(--line);
}
.name { font-weight: 600; }
nav { display: flex; flex-wrap: wrap; gap: 4px; }
nav a { padding: 4px 10px; border-radius: 6px; text-decoration: none; }
nav a[aria-current] { background: var(--accent-ground); font-weight: 600; }
main { max-width: 1200px; margin: 0 auto; padding: 16px; }
main:focus { outline: none; }
h1 { font-size: 22px; margin: 8px 0 16px; overflow-wrap: anywhere; }
h2 { font-size: 16px; margin: 24px 0 8px; }
.scroll, dl, form, pre {
  background: var(--surface); border: 1px solid var(--line); border-radius: 6px;
}
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: 6px 12px; text-align: left; vertical-align: top; }
th { color: var(--muted); font-weight: 500; white-space: nowrap; }
tbody tr { border-top: 1px solid var(--line); }
td { min-width: 5em; }
td.wide, .text { min-width: 16em; overflow-wrap: anywhere; }
code, pre { font: var(--mono); overflow-wrap: anywhere; }
pre { padding: 12px; margin: 0; overflow-x: auto; white-space: pre-wrap; }
dl { margin: 0; padding: 8px 12px; }
dl div { display: flex; flex-wrap: wrap; gap: 0 16px; padding: 2px 0; }
dt { flex: 0 0 11em; color: var(--muted); }
dd { flex: 1 1 16em; margin: 0; overflow-wrap: anywhere; }
form {
  display: grid; grid-template-columns: repeat(auto-fill, minmax(min(180px, 100%), 1fr));
  gap: 8px 12px; padding: 12px; margin-bottom: 16px;
}
label { display: grid; color: var(--muted); font-size: 12px; }
input, select, button {
  font: inherit; font-size: 14px; color: var(--ink); background: var(--ground);
  border: 1px solid var(--muted); border-radius: 6px; padding: 5px 8px; width: 100%;
}
button { align-self: end; background: var(--accent-ground); cursor: pointer; }
details > summary { cursor: pointer; padding: 6px 0; }
.bad { color: var(--bad); font-weight: 600; }
.muted { color: var(--muted); }
.block { display: block; }
`;
