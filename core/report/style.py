"""How the page looks."""

STYLE = """
:root{color-scheme:light dark;--ink:#1e2530;--faint:#69727f;--paper:#fff;
--box:#f4f6f8;--line:#d9dee4}
@media(prefers-color-scheme:dark){
:root{--ink:#e4e7eb;--faint:#99a2ad;--paper:#16191d;--box:#20252b;--line:#363d46}}
body{font:15px/1.45 system-ui,sans-serif;color:var(--ink);background:var(--paper);
max-width:1080px;margin:2rem auto;padding:0 1rem}
h1{font-size:1.6rem;margin:.5rem 0}h2{font-size:1.1rem;margin:0 0 .6rem}h3{font-size:.95rem}
section{border-top:1px solid var(--line);padding:1.1rem 0}p{color:var(--faint);margin:.2rem 0 .6rem}
svg{max-width:100%;height:auto;display:block}svg text{font-size:13px;fill:var(--ink)}
svg .faint,figcaption span{fill:var(--faint);color:var(--faint)}
.warnings{background:#f7d25833;border:1px solid #d9a400;border-radius:6px;padding:.8rem 1rem}
.warnings ul,section>ul{margin:0;padding-left:1.2rem}
.counts{display:flex;flex-wrap:wrap;gap:.8rem}
.counts div{background:var(--box);border-radius:6px;padding:.6rem 1rem;color:var(--faint)}
.counts b{display:block;font-size:1.5rem;color:var(--ink)}
.samples,.bands{display:grid;grid-template-columns:repeat(auto-fill,minmax(210px,1fr));gap:1rem}
figure{margin:0}figcaption{font-size:.85rem;overflow-wrap:anywhere}
.chip,figure img{width:100%;background:var(--box)}figure img{display:block;margin-top:4px}
.chip path{stroke-width:2;vector-effect:non-scaling-stroke;fill-opacity:.18}
.small image{image-rendering:pixelated}
.bins rect{fill:#5b8fc9}.map path{stroke:#333;stroke-width:.5;stroke-opacity:.55}
.map .image{fill:var(--box);stroke:var(--faint);stroke-width:1;stroke-opacity:1}
.legend{display:flex;flex-wrap:wrap;gap:.3rem 1rem;margin-bottom:.6rem;font-size:.85rem}
.legend i{display:inline-block;width:.8em;height:.8em;margin-right:.35em;border-radius:2px}
pre{background:var(--box);border-radius:6px;padding:.8rem;overflow:auto;max-height:28rem;
white-space:pre-wrap;overflow-wrap:anywhere;font-size:.85rem}
table{border-collapse:collapse}td,th{text-align:left;padding:.2rem 1rem .2rem 0}
"""
