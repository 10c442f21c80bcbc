"""The page's style sheet: light and dark by the reader's own setting, one column on a phone."""

STYLE = """
:root{color-scheme:light dark;--paper:#fff;--ink:#1b1f24;--soft:#57606a;--rule:#d8dee4;
--card:#f6f8fa;--c0:#0969da;--c1:#bc4c00;--c2:#1a7f37;--c3:#8250df;--c4:#bf3989;--c5:#7d6608;
--lost:#cf222e;--won:#1a7f37}
@media(prefers-color-scheme:dark){:root{--paper:#0d1117;--ink:#e6edf3;--soft:#9198a1;
--rule:#30363d;--card:#161b22;--c0:#58a6ff;--c1:#f0883e;--c2:#56d364;--c3:#bc8cff;--c4:#ff7bca;
--c5:#e3b341;--lost:#ff7b72;--won:#56d364}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);
font:16px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}
main{max-width:1080px;margin:0 auto;padding:16px}
h1{font-size:1.6rem;margin:.4em 0}h2{font-size:1.2rem;margin:1.8em 0 .3em}
p{margin:.4em 0;max-width:75ch}small,.note{color:var(--soft);font-size:.875rem}
.verdict{background:var(--card);border:1px solid var(--rule);border-radius:8px;padding:12px 16px}
.verdict p{max-width:none}
.grid{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,440px),1fr));gap:8px 24px}
.grid section{min-width:0}
svg{width:100%;height:auto;display:block;font:13px system-ui,sans-serif}
svg text{fill:var(--ink)}svg .name{fill:var(--soft)}

line.grid{stroke:var(--rule)}line.median{stroke:var(--ink);stroke-width:2}
.front{fill:none;stroke:var(--soft);stroke-dasharray:5 4;stroke-width:1.5}
.scroll{overflow-x:auto;border:1px solid var(--rule);border-radius:8px}
table{border-collapse:collapse;font-size:.875rem;width:100%;font-variant-numeric:tabular-nums}
th,td{padding:6px 10px;text-align:right;white-space:nowrap;border-top:1px solid var(--rule)}
thead th{border-top:0;background:var(--card);color:var(--soft);font-weight:600;
white-space:normal;vertical-align:bottom}
th:first-child,td:first-child,td.bars{text-align:left}td.bars{color:var(--c0);line-height:1}
.legend{display:flex;flex-wrap:wrap;gap:4px 16px;padding:0;margin:.6em 0;list-style:none;
font-size:.875rem}
.legend i{display:inline-block;width:12px;height:12px;border-radius:3px;margin-right:6px}
.flips{display:flex;flex-wrap:wrap;gap:10px;margin:.6em 0}
.flips figure{margin:0;width:88px;font-size:.8rem;text-align:center}
.flips img{width:88px;height:88px;image-rendering:pixelated;border-radius:6px;
border:3px solid var(--rule)}
.flips .lost img{border-color:var(--lost)}.flips .won img{border-color:var(--won)}
pre{background:var(--card);border:1px solid var(--rule);border-radius:8px;padding:12px;
overflow-x:auto;font-size:.875rem}
dl{display:grid;grid-template-columns:minmax(90px,max-content) 1fr;gap:2px 16px;font-size:.9rem}
dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
ul.plain{padding-left:1.2em;font-size:.9rem}
@media(max-width:600px){svg{font-size:19px}main{padding:12px}
dl{grid-template-columns:1fr}dd{margin:0 0 6px}}
@media print{body{font-size:12px}.scroll{overflow:visible}}
""" + "".join(
    f".f{n}{{fill:var(--c{n})}}.s{n}{{stroke:var(--c{n});fill:none;stroke-width:2}}"
    f"svg text.t{n}{{fill:var(--c{n})}}i.b{n}{{background:var(--c{n})}}"
    for n in range(6)
)
