// The look of the HTML report, and the script that shows figures under the pointer.

/// Everything static of a page. Nothing is loaded from elsewhere.
enum PageStyle {
  /// Colours are named by what they mean. The percentiles are one hue from weak to strong, because
  /// they are ordered; kinds of errors are different hues.
  static let css = """
    :root{color-scheme:light dark;--page:#f9f9f7;--card:#fcfcfb;--ink:#0b0b0b;--ink2:#52514e;\
    --mute:#898781;--grid:#e8e7e2;--base:#c3c2b7;--edge:rgba(11,11,11,.1);--shade:rgba(11,11,11,.035);\
    --s1:#86b6ef;--s2:#3987e5;--s3:#1c5cab;--s4:#0d366b;--main:#2a78d6;--second:#eb6834;\
    --e1:#eb6834;--e2:#4a3aa7;--e3:#1baf7a;--e4:#eda100;--e5:#e87ba4;--good:#006300;--bad:#b32525}
    @media (prefers-color-scheme:dark){:root{--page:#0d0d0d;--card:#1a1a19;--ink:#fff;\
    --ink2:#c3c2b7;--mute:#898781;--grid:#2c2c2a;--base:#383835;--edge:rgba(255,255,255,.1);\
    --shade:rgba(255,255,255,.045);--s1:#256abf;--s2:#3987e5;--s3:#86b6ef;--s4:#d6e7fc;\
    --main:#3987e5;--second:#d95926;--e1:#d95926;--e2:#9085e9;--e3:#199e70;--e4:#c98500;\
    --e5:#d55181;--good:#0ca30c;--bad:#e66767}}
    *{box-sizing:border-box}
    body{margin:0;background:var(--page);color:var(--ink);\
    font:15px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}
    main{max-width:1240px;margin:0 auto;padding:28px 20px 48px}
    h1{font-size:24px;line-height:1.25;margin:0 0 4px;font-weight:650;overflow-wrap:anywhere}
    h2{font-size:15px;margin:0;font-weight:600}
    p{margin:0}
    .sub{color:var(--ink2);overflow-wrap:anywhere}
    .verdict{display:inline-block;margin:14px 0 0;padding:3px 12px 3px 10px;border-radius:999px;\
    border:1.5px solid currentColor;font-weight:600;font-size:14px}
    .good{color:var(--good)}.bad{color:var(--bad)}
    .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(136px,1fr));gap:12px;margin:20px 0}
    .card,.tile{background:var(--card);border:1px solid var(--edge);border-radius:10px}
    .tile{padding:12px 14px}
    .tile .name{color:var(--ink2);font-size:13px}
    .tile .value{font-size:25px;font-weight:600;line-height:1.3;white-space:nowrap}
    .tile .more{color:var(--mute);font-size:13px}
    .card.notes{margin:0 0 16px;padding:12px 18px 12px 36px;color:var(--ink2)}
    .grid{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,540px),1fr));gap:16px}
    .card{padding:16px 18px;min-width:0}
    .card>.sub{font-size:13px}
    .legend{display:flex;flex-wrap:wrap;gap:4px 16px;margin:8px 0 2px;font-size:13px;color:var(--ink2)}
    .legend svg{width:18px;height:10px;margin-right:6px;vertical-align:baseline}
    .plotbox{position:relative}
    svg.plot{display:block;width:100%;height:auto;overflow:visible}
    .plot .grid{stroke:var(--grid)}.plot .base{stroke:var(--base)}
    .plot .grid,.plot .base{stroke-width:1}
    .plot text{font-size:12px;fill:var(--mute);font-variant-numeric:tabular-nums}
    .plot .note{paint-order:stroke;stroke:var(--card);stroke-width:3px}
    .plot .shade{fill:var(--shade)}
    .line{fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}
    .s1{stroke:var(--s1)}.s2{stroke:var(--s2)}.s3{stroke:var(--s3)}.s4{stroke:var(--s4)}
    .top{stroke:var(--mute);stroke-width:1.4;stroke-dasharray:1.5 4}
    .main{stroke:var(--main)}.second{stroke:var(--second)}.third{stroke:var(--e3)}
    .asked{stroke:var(--mute);stroke-dasharray:6 5}
    .e1{fill:var(--e1)}.e2{fill:var(--e2)}.e3{fill:var(--e3)}.e4{fill:var(--e4)}.e5{fill:var(--e5)}
    .e0{fill:var(--mute)}
    .cross{stroke:var(--ink2);stroke-width:1;visibility:hidden}
    .tip{position:absolute;pointer-events:none;top:6px;padding:7px 10px;border-radius:8px;\
    background:var(--card);border:1px solid var(--edge);box-shadow:0 4px 16px rgba(0,0,0,.18);\
    font-size:12.5px;line-height:1.45;white-space:pre;font-variant-numeric:tabular-nums;z-index:2}
    .tip::first-line{font-weight:600}
    .next{margin-top:22px}
    .scroll{overflow-x:auto}
    table{border-collapse:collapse;width:100%;font-size:13.5px;margin-top:10px}
    th,td{padding:5px 10px;text-align:right;white-space:nowrap;border-top:1px solid var(--grid);\
    font-variant-numeric:tabular-nums}
    thead th{border-top:0;color:var(--ink2);font-weight:500}
    th:first-child,td:first-child{text-align:left;padding-left:0}
    td:first-child{white-space:normal}
    th:last-child,td:last-child{padding-right:0}
    .wide td:first-child{white-space:nowrap}
    dl{display:grid;grid-template-columns:max-content 1fr;gap:4px 18px;margin:10px 0 0;font-size:13.5px}
    dt{color:var(--ink2)}dd{margin:0;overflow-wrap:anywhere}
    code{font:12.5px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
    .wide{grid-column:1/-1}
    summary{cursor:pointer;font-weight:600}
    @media print{body{background:#fff}.card,.tile{break-inside:avoid}}
    """

  /// Follows the pointer; the plots are complete without it.
  static let script = """
    for(const s of document.querySelectorAll('svg[data-tips]')){
    const d=JSON.parse(s.dataset.tips),c=s.querySelector('.cross'),b=s.parentNode,w=s.viewBox.baseVal.width;
    let t=null;
    const off=()=>{c.style.visibility='hidden';if(t){t.remove();t=null}};
    s.addEventListener('pointerleave',off);
    s.addEventListener('pointermove',e=>{
    const r=s.getBoundingClientRect(),x=(e.clientX-r.left)/r.width*w;
    let n=d[0];for(const p of d)if(Math.abs(p[0]-x)<Math.abs(n[0]-x))n=p;
    if(!t){t=document.createElement('div');t.className='tip';b.append(t)}
    t.textContent=n.slice(1).join('\\n');
    c.setAttribute('x1',n[0]);c.setAttribute('x2',n[0]);c.style.visibility='visible';
    const at=n[0]/w*r.width,flip=at>r.width/2;
    t.style.left=flip?'':at+12+'px';t.style.right=flip?r.width-at+12+'px':'';
    });}
    """
}
