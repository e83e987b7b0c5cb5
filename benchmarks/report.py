"""The results to what people read: docs/benchmarks.md, its diagram, the cost in deploying.md."""

from pathlib import Path

from benchmarks import ROOT, bounds, breakdowns, cost, events, plan, plot, tables
from benchmarks.convert.tolerance import TOLERANCE
from benchmarks.peers import PEERS
from benchmarks.results import Results

PAGE = ROOT / "docs" / "benchmarks.md"
DIAGRAM = ROOT / "docs" / "benchmarks.svg"
DEPLOYING = ROOT / "docs" / "deploying.md"
START, END = "<!-- cost: written by make bench -->", "<!-- end of cost -->"
SHOWN = (
    *("flask", "fastapi", "mangum", "onnxruntime", "torch", "tensorflow-cpu", "keras"),
    *("numpy", "pillow"),
)  # of the packages' versions
TEMPLATE = Path(__file__).with_name("page.md")


def write(results: Results) -> None:
    """Write the page, the diagram, and the paragraph on cost in docs/deploying.md."""
    PAGE.write_text(page(results), encoding="utf-8")
    plot.write(results, DIAGRAM)
    before, rest = DEPLOYING.read_text(encoding="utf-8").split(START)
    after = rest.split(END)[1]
    text = f"{before}{START}\n{paragraph(results)}\n{END}{after}"
    DEPLOYING.write_text(text, encoding="utf-8")


def page(results: Results) -> str:
    """Return docs/benchmarks.md."""
    evaluated = bounds.evaluate(results)
    clients = {name: plan.client(name) for name in plan.PICTURES}
    text = TEMPLATE.read_text(encoding="utf-8")
    parts = {
        "date": results.date,
        "machine": machine(results),
        "bounds": tables.bounds(evaluated),
        "elsewhere": tables.elsewhere(results, evaluated),
        "losses": losses(results, evaluated),
        "compared": tables.compared(results, bounds.COMPARED),
        "extremes": tables.extremes(results),
        "artifact": f"{results.artifact / 1e6:.1f}",
        "clients": tables.compared(results, clients),
        "chrome": breakdowns.chrome(results),
        "batches": breakdowns.batches(results),
        "numbers": breakdowns.numbers(results),
        "growth": breakdowns.growth(results),
        "steps": breakdowns.steps(results),
        "load": breakdowns.load(results) if results.load else "Not measured.",
        "cost": breakdowns.costs(results),
        "prices": prices(),
        "too_large": too_large(results),
        "versions": versions(results),
        "unmeasured": unmeasured(results),
        "difference": f"{max(difference(results)):.1g}",
        "tolerance": f"{TOLERANCE:g}",
    }
    for name, part in parts.items():
        text = text.replace(f"{{{{ {name} }}}}", part)
    return text


def difference(results: Results) -> list[float]:
    """Return how far each peer's probabilities are from digitrec's."""
    return [known.get("difference", 0.0) for known in results.peers.values()]


def paragraph(results: Results) -> str:
    """Return what docs/deploying.md says of the cost."""
    milliseconds = results.median(plan.handler(events.CANVAS))
    memory = cost.WHOLE_PROCESSOR
    dollars = {arch: cost.per_million(milliseconds, memory, arch) for arch in cost.PER_GB_SECOND}
    return (
        f"A million predictions cost about {dollars['x86_64']:.2f} USD on x86_64 in us-east-1 and "
        f"{dollars['arm64']:.2f}\non arm64: {cost.PER_MILLION_REQUESTS:.2f} for the requests, and "
        f"the rest for {cost.billed(milliseconds, memory)} ms each at {memory:,} MB. Lambda bills "
        f"whole\nmilliseconds; a prediction took {milliseconds:.2f} ms on the machine described "
        "in\n[benchmarks.md](benchmarks.md). Outbound traffic and logs cost extra."
    )


def machine(results: Results) -> str:
    """Return the machine in a sentence's words."""
    known = results.machine
    return (
        f"{known['processor']}, {known['cores']} cores, {known['system']}, Python {known['Python']}"
    )


def losses(results: Results, evaluated: list[bounds.Bound]) -> str:
    """Return every bound that isn't kept, and every figure in which another is below digitrec."""
    missed = [f"- {bound.name}: {tables.value(bound)}" for bound in evaluated if not bound.holds]
    lost = tables.lost(results)
    return "\n".join(
        [
            "Bounds missed:\n" if missed else "No bound is missed.",
            *missed,
            "\nFigures in which another is better; digitrec's, as a multiple of each other's:\n"
            if lost
            else "\nNobody is better in any figure.",
            lost,
        ]
    )


def prices() -> str:
    """Return the prices in a sentence's words."""
    seconds = ", ".join(f"{price:.10f} on {arch}" for arch, price in cost.PER_GB_SECOND.items())
    return (
        f"{cost.PER_MILLION_REQUESTS:.2f} USD for a million requests, and for a GB-second {seconds}"
    )


def too_large(results: Results) -> str:
    """Return who doesn't fit into a zip on Lambda."""
    large = [
        PEERS[name].title
        for name in results.measured
        if results.median("installed", name) > cost.MAX_ZIP
    ]
    return ", ".join(large) or "none"


def versions(results: Results) -> str:
    """Return the packages that matter, each peer's."""
    lines = []
    for name in results.measured:
        packages = results.peers[name]["packages"]
        listed = ", ".join(f"{p} {packages[p]}" for p in SHOWN if p in packages)
        lines.append(f"- {PEERS[name].title}: {listed}.")
    return "\n".join(lines)


def unmeasured(results: Results) -> str:
    """Return who couldn't be measured, and why."""
    lines = [
        f"- {PEERS[name].title}: {known['not measured']}"
        for name, known in results.peers.items()
        if "not measured" in known
    ]
    return "\n".join(lines) or "All were measured."
