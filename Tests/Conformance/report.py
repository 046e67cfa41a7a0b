"""What a run comes to: a matrix for people, and whether it has failed."""


def matrix(results):
    """Groups by columns of client and profile; a cell is `passed of all`."""
    columns = list(dict.fromkeys((r["client"], r["profile"]) for r in results))
    groups = list(dict.fromkeys(r["group"] for r in results))
    lines = ["".join([f"{'cases':<16}"] + [f"{' '.join(c):>24}" for c in columns])]
    for group in groups:
        cells = []
        for client, profile in columns:
            passed = [
                r["passed"] for r in results
                if (r["group"], r["client"], r["profile"]) == (group, client, profile)]
            text = f"{sum(passed)} of {len(passed)}" if passed else "–"
            cells.append(f"{text + (' !' if not all(passed) else ''):>24}")
        lines.append("".join([f"{group:<16}", *cells]))
    failed = sum(not r["passed"] for r in results)
    lines.append(f"{len(results) - failed} passed, {failed} failed")
    return "\n".join(lines)


def has_failed(results):
    """A run without a result has failed too."""
    return not results or any(not result["passed"] for result in results)
