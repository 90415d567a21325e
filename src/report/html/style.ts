// The whole look of the report; dark, light and on paper.
export const STYLE = `
:root{color-scheme:light dark;--bg:#fbfbfa;--card:#fff;--ink:#1c2024;--soft:#60646c;--line:#e3e4e6;--critical:#a3125f;--high:#c62a2f;--medium:#b35900;--low:#3b5bdb;--ok:#18794e;--open:#8f6400;--off:#b9bbc6}
@media (prefers-color-scheme:dark){:root{--bg:#111214;--card:#191b1f;--ink:#edeef0;--soft:#a0a5ad;--line:#2c2f35;--critical:#f56fb3;--high:#ff8080;--medium:#ffa057;--low:#8da4ff;--ok:#4cc38a;--open:#f0c000;--off:#4a4d55}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.55 system-ui,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",sans-serif}
main{max-width:60rem;margin:0 auto;padding:2.5rem 1.25rem 4rem}
h1{font-size:1.65rem;line-height:1.25;margin:0 0 .35rem;letter-spacing:-.01em}
h2{font-size:1.15rem;margin:2.5rem 0 .75rem}
h3{font-size:1rem;margin:0;font-family:ui-monospace,"SF Mono",Menlo,Consolas,"Liberation Mono",monospace}
p{margin:.35rem 0}a{color:inherit}
.soft{color:var(--soft)}.small{font-size:.86rem}
.verdict{font-size:1.1rem;font-weight:600}
.bad{color:var(--high)}.open{color:var(--open)}.good{color:var(--ok)}
.card{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:1.1rem 1.25rem;margin:.75rem 0}
.overview{display:flex;flex-wrap:wrap;gap:1.5rem 2.5rem;align-items:center;margin-top:1.25rem}
.overview dl{flex:1 1 18rem}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1rem;margin:0}
dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
svg text{fill:var(--ink);font:13px system-ui,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",sans-serif}
svg .soft{fill:var(--soft)}svg .big{font-size:30px;font-weight:650}
.critical{--tone:var(--critical)}.high{--tone:var(--high)}.medium{--tone:var(--medium)}.low{--tone:var(--low)}
.finding{border-left:4px solid var(--tone);break-inside:avoid}
.finding header{display:flex;flex-wrap:wrap;gap:.25rem .75rem;align-items:baseline}
.badge{color:var(--tone);border:1px solid var(--tone);border-radius:99px;font-size:.75rem;font-weight:600;padding:0 .55rem}
.subject{margin:.7rem 0 0}.subject b{overflow-wrap:anywhere}
ul{margin:.3rem 0;padding-left:1.2rem}li{overflow-wrap:anywhere}
code,.evidence{font-family:ui-monospace,"SF Mono",Menlo,Consolas,"Liberation Mono",monospace;font-size:.84rem}
.evidence{list-style:none;padding:.45rem .7rem;background:var(--bg);border-radius:6px;border:1px solid var(--line)}
.layer{color:var(--soft)}
.repair{margin-top:.7rem;padding-top:.6rem;border-top:1px dashed var(--line)}
table{border-collapse:collapse;width:100%;font-size:.9rem}
th{text-align:left;color:var(--soft);font-weight:500}
th,td{border-bottom:1px solid var(--line);padding:.4rem .8rem .4rem 0;vertical-align:top;overflow-wrap:anywhere}
td.id{font-family:ui-monospace,"SF Mono",Menlo,Consolas,"Liberation Mono",monospace;font-size:.84rem;overflow-wrap:normal}
summary{cursor:pointer;font-weight:600}
.pair{display:grid;grid-template-columns:1fr auto 1fr;gap:1rem;align-items:start;text-align:center}
.arrow{align-self:center;font-size:2rem;color:var(--soft)}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(8rem,1fr));gap:.75rem;margin-top:1rem}
.fact{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:.7rem 1rem}
.fact b{display:block;font-size:1.25rem}
footer{margin-top:3rem;border-top:1px solid var(--line);padding-top:1rem}
@media print{:root{--bg:#fff;--card:#fff;--ink:#000;--soft:#444;--line:#ccc}body{font-size:10.5pt}main{max-width:none;padding:0}.card{break-inside:avoid}h2{break-after:avoid}@page{margin:16mm}}
`
