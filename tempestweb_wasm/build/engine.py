"""Pyodide's own script as pages get it: the same, of half the length and sooner at work.

Emscripten writes a statement for each of the 4,866 symbols that Pyodide's wasm gives away,
and three for each function of its library. Parsing that takes longer than what it does, and
no browser takes it packed from a host that compresses nothing. Here loops say the same. All
keys of ``Module`` stay; which variables are left is said at :data:`_IN_SCOPE`.

The table of addresses by which native modules reach Python's own functions is no longer
filled at once: an address is looked up when the first of them asks for it.

What is rewritten is looked for word by word, so that a script which is not the one expected
fails the build. ``tests/unit/test_build_engine.py`` runs both, and compares what they made.
"""

from __future__ import annotations

import re

from tempestweb_wasm.errors import BuildError

_NAME = r"[\w$]+"

# -- native modules that are compiled already -------------------------------------------------

_LOADS = "asyncLoad=async url=>{"
_LINKS = _LOADS + 'const linked=Module["linkedModules"]?.get(url);if(linked)return linked;'

# -- the browser's objects, seen from a Python that a snapshot is made of ----------------------

# There `js` is made of proxies, on which the browser's own getters must not be called:
# `js.navigator` and `js.location.href` would raise "Illegal invocation", on a first visit only.
_READS = "let i=Reflect.get(...arguments),s=Reflect.getOwnPropertyDescriptor(r,n)"
_READS_ITSELF = _READS.replace("...arguments", "r,n")

# -- what wasm gives away ---------------------------------------------------------------------

_EXPORTS = re.compile(
    rf"var (?P<declared>{_NAME}(?:,{_NAME})*);"
    r"function assignWasmExports\(wasmExports\)\{(?P<body>[^{}]*)\}"
)
_EXPORT = re.compile(
    rf'(?P<variable>{_NAME})=Module\["(?P<key>{_NAME})"\]='
    rf'wasmExports\["(?P<export>{_NAME})"\](?P<address>\.value>>>0)?'
)
# The memory and the table, each with a second name, and Python's main function.
_OTHERS = (
    'memory=Module["memory"]=wasmMemory=wasmExports["memory"]',
    "__indirect_function_table="
    'Module["__indirect_function_table"]=wasmTable=Module["wasmTable"]='
    'wasmExports["__indirect_function_table"]',
    '_main=Module["_main"]=wasmExports["__main_argc_argv"]',
    '___stack_pointer=Module["___stack_pointer"]=wasmExports["__stack_pointer"]',
)
# Symbols of C++, which native modules find in wasmImports, were never in Module.
_ASSIGN = (
    'const others=["memory","__indirect_function_table","__main_argc_argv","__wasm_call_ctors"];'
    'for(const name in wasmExports){if(name.startsWith("_Z")||others.includes(name))continue;'
    "const given=wasmExports[name];"
    'Module["_"+name]=given instanceof WebAssembly.Global?given.value>>>0:given}'
)

# -- script that native modules bring along ---------------------------------------------------

_EVAL = re.compile(r"(?<![\w$.])eval\(")
_EVALS = 6
_IN_SCOPE = (
    "var inScope=code=>{const names=new Set(code.match(/(?<![\\w$.])_[\\w$]+/g));"
    "const lost=[...names].filter("
    'name=>Object.hasOwn(Module,name)&&eval("typeof "+name)==="undefined");'
    'return lost.length?"var{"+lost+"}=Module;{"+code+"}":code};'
)
"""Such script sees all variables of Pyodide's: those that are gone are given back to it."""

# -- addresses of functions and data ----------------------------------------------------------

_TABLE = "var GOT={};var GOTHandler={get(weakImports,symName){var rtn=GOT[symName];if(!rtn){"
_ENTRY = _TABLE + (
    'rtn=GOT[symName]=new WebAssembly.Global({value:"i32",mutable:true},-1)}'
    "if(!weakImports.has(symName))"
)
_ENTRY_FROM_MAIN = (
    "var mainExports;"
    "var isOfMain=symName=>mainExports!==undefined&&symName in mainExports"
    '&&(typeof mainExports[symName]=="function"||typeof mainExports[symName].value=="number");'
    + _ENTRY.replace("-1)}", "-1);if(isOfMain(symName))fromMain(symName)}")
)
_UPDATE = "var updateGOT=(exports,replace)=>{for(var symName in exports){"
_UPDATE_BUT_MAIN = (
    "var fromMain=symName=>updateGOT({[symName]:mainExports[symName]});"
    + _UPDATE
    # The first who gives a symbol away is the one whose it is, also before anybody asks for it.
    + "if(!replace&&!GOT[symName]&&isOfMain(symName)){continue}"
)
_FILL = "updateGOT(origExports);"
_FILL_ASKED = "mainExports=origExports;for(const asked in GOT)if(isOfMain(asked))fromMain(asked);"

_WRAP = "var convertJsFunctionToWasm=(func,sig)=>{"
_REPORT = "var reportUndefinedSymbols=()=>{"
# Wasm asks for the addresses of 259 of the library's functions at every start. Each has to be
# wrapped in wasm for that, in a module of its own; here one module wraps them all. Its sections
# are those of the WebAssembly specification (binary format): types, imports, exports.
_WRAP_TOGETHER = (
    "var wrapped=new Map;var wrapTogether=funcs=>{"
    "const leb=number=>[number%128|128,number>>7];"
    "const sigs=[...new Set(funcs.map(func=>func.sig))];"
    "const named=at=>[...String(at)].map(digit=>digit.charCodeAt(0));"
    "const section=(id,entries)=>"
    "[id,...uleb128EncodeWithLen([...leb(entries.length),...entries.flat()])];"
    "const types=sigs.map(sig=>"
    '[96,...generateTypePack(sig.slice(1)),...generateTypePack(sig[0]==="v"?"":sig[0])]);'
    "const imports=funcs.map((func,at)=>"
    "[1,101,named(at).length,...named(at),0,...leb(sigs.indexOf(func.sig))]);"
    "const exports=funcs.map((func,at)=>[named(at).length,...named(at),0,...leb(at)]);"
    "const module=new WebAssembly.Module(Uint8Array.of(0,97,115,109,1,0,0,0,"
    "...section(1,types),...section(2,imports),...section(7,exports)));"
    "const made=new WebAssembly.Instance(module,{e:Object.assign({},funcs)}).exports;"
    "funcs.forEach((func,at)=>wrapped.set(func,made[at]))};"
    + _WRAP
    + "if(wrapped.has(func)&&func.sig===sig)return wrapped.get(func);"
)
# The lengths above are of two bytes: 500 functions stay far below what those can say.
_REPORT_TOGETHER = (
    _REPORT
    + "const asked=Object.keys(GOT).filter(name=>GOT[name].value==-1);"
    + "const found=new Set(asked.map(name=>resolveGlobalSymbol(name,true).sym));"
    + 'const bare=[...found].filter(one=>typeof one=="function"&&typeof one.sig=="string");'
    + "while(bare.length)wrapTogether(bare.splice(0,500));"
)

# -- the library's own functions --------------------------------------------------------------

_KEYS = re.compile(rf'(?:Module\["({_NAME})"\]=\1;){{100,}}')
_IMPORTS = re.compile(rf"var wasmImports=\{{((?:{_NAME}(?::{_NAME})?,?)+)\}};")


def page_engine(stock: str) -> str:
    """Return Pyodide's script *stock* as pages get it.

    Native modules that are compiled already are linked as they are: by itself Pyodide asks for
    their bytes and compiles those at every start, while browsers keep machine code only of what
    is compiled while it arrives. Raises ``BuildError`` for a script of another shape.
    """
    text = _replaced(stock, _LOADS, _LINKS)
    text = _replaced(text, _READS, _READS_ITSELF)
    text = _replaced(text, _ENTRY, _ENTRY_FROM_MAIN)
    text = _replaced(text, _UPDATE, _UPDATE_BUT_MAIN)
    text = _replaced(text, _FILL, _FILL_ASKED)
    text = _replaced(text, _WRAP, _WRAP_TOGETHER)
    text = _replaced(text, _REPORT, _REPORT_TOGETHER)
    return _with_short_library(_with_short_exports(text))


def _replaced(text: str, old: str, new: str) -> str:
    if text.count(old) != 1:
        raise _unexpected(old)
    return text.replace(old, new)


def _unexpected(what: str) -> BuildError:
    return BuildError(
        f"Pyodide's script has no place {what[:60]!r}: it is not of the version that belongs to "
        "this one. Delete the folder that it was fetched into and build again."
    )


def _found(pattern: re.Pattern[str], text: str) -> re.Match[str]:
    found = list(pattern.finditer(text))
    if len(found) != 1:
        raise _unexpected(pattern.pattern)
    return found[0]


def _with_short_exports(text: str) -> str:
    """Assign what wasm gives away in a loop, and keep the variables that something else uses."""
    place = _found(_EXPORTS, text)
    statements = place["body"].split(";")
    before, after = text[: place.start()], text[place.end() :]
    mentioned = set(re.findall(_NAME, before + after))
    kept: list[str] = []
    # The memory, the table and the others of _OTHERS.
    declared = ["memory", "__indirect_function_table", "_main", "___stack_pointer"]
    declared += ["wasmTable", "wasmMemory"]
    for statement in statements:
        found = _EXPORT.fullmatch(statement)
        if statement in _OTHERS:
            kept.append(statement)
        elif not found or not found["variable"] == found["key"] == "_" + found["export"]:
            raise _unexpected(statement)
        elif found["variable"] in mentioned:
            kept.append(f'{found["variable"]}=Module["{found["key"]}"]')
            declared.append(found["variable"])
    if not set(_OTHERS) <= set(kept):
        raise _unexpected("assignWasmExports")
    if not set(declared) <= set(place["declared"].split(",")):
        raise _unexpected(place.group())
    if len(_EVAL.findall(after)) + len(_EVAL.findall(before)) != _EVALS:
        raise _unexpected("eval(")
    before, after = (_in_scope(part) for part in (before, after))
    assigned = f"function assignWasmExports(wasmExports){{{_ASSIGN}{';'.join(kept)}}}"
    return f"{before}{_IN_SCOPE}var {','.join(declared)};{assigned}{after}"


def _in_scope(text: str) -> str:
    return re.sub(rf"{_EVAL.pattern}([^()]*(?:\([^()]*\))?)\)", r"eval(inScope(\1))", text)


def _with_short_library(text: str) -> str:
    """Give the library's functions to ``Module`` in one statement, and wasm those of Module."""
    keys = _found(_KEYS, text)
    names = re.findall(rf'Module\["({_NAME})"\]', keys.group())
    text = text.replace(keys.group(), f"Object.assign(Module,{{{','.join(names)}}});")
    imports = _found(_IMPORTS, text)
    changed = _assigned_again(text)
    literal: list[str] = []
    listed: list[str] = []
    for entry in imports.group(1).split(","):
        name, _, variable = entry.partition(":")
        same = variable == "_" + name and variable in names and variable not in changed
        (listed if same else literal).append(name if same else entry)
    made = f"var wasmImports={{{','.join(literal)}}};"
    made += f'for(const name of "{" ".join(listed)}".split(" "))wasmImports[name]=Module["_"+name];'
    return text.replace(imports.group(), made)


def _assigned_again(text: str) -> set[str]:
    """Return the variables that get a value outside of where they are declared."""
    return set(re.findall(rf"(?<![\w$.\"])(?<!var )(_{_NAME})=(?![=>])", text))
