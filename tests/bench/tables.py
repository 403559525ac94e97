"""The results of bench as text and as a chart."""

import html
import math

# What an operation needs at the least, in parts that the floor measures.
FLOORS = {
    "null_call": ["call"],
    "anon_fault": ["fault", "zero"],
    "sbrk_fault": ["call", "fault", "zero"],
    "anon_read": ["fault"],
    "anon_write_after_read": ["fault", "zero", "invlpg"],
    "cow_copy": ["fault", "copy", "invlpg"],
    "cow_last_owner": ["fault"],
    "file_private_read": ["fault"],
    "file_private_read_16": ["fault"],
    "file_private_write": ["fault", "copy"],
    "file_private_write_16": ["fault", "copy"],
    "file_shared_read": ["fault"],
    "file_shared_read_16": ["fault"],
    "file_shared_write": ["fault"],
    "file_shared_write_16": ["fault"],
    "fault_10_regions": ["fault", "zero"],
    "fault_1000_regions": ["fault", "zero"],
    "fault_10000_regions": ["fault", "zero"],
    "read_1": ["call"],
    "write_1": ["call"],
    "read_4k": ["call", "copy"],
    "write_4k": ["call", "copy"],
    "read_64k": ["call", *16 * ["copy"]],
    "write_64k": ["call", *16 * ["copy"]],
    "pipe_4k": ["call", "copy", "call", "copy"],
    "pipe_64k": ["call", *16 * ["copy"], "call", *16 * ["copy"]],
    "open_close": ["call", "call"],
    "mmap_munmap": ["call", "call"],
    "mmap_10000_regions": ["call", "call"],
    "mprotect_1": ["call", "invlpg"],
    "yield": ["call", "cr3"],
    "ping_pong": [*4 * ["call"], *2 * ["cr3"]],
    "ping_pong_1000_asleep": [*4 * ["call"], *2 * ["cr3"]],
}

COLORS = {"quire": "#1f6fb4", "linux": "#d9822b", "floor": "#7a7a7a"}


def floors(parts):
    """What the parts add up to, by operation. parts: {floor_call: value...}"""
    parts = {name.removeprefix("floor_"): value for name, value in parts.items()}
    return {
        name: sum(parts[part] for part in needed)
        for name, needed in FLOORS.items()
        if all(part in parts for part in needed)
    }


def middle(values):
    """Of wall times the median."""
    return {n: v[0] if isinstance(v, (list, tuple)) else v for n, v in values.items()}


def ratio(a, b):
    """With three digits behind the point where two would say little."""
    if a is None or not b:
        return "-"
    if a / b < 0.001:
        return "<0.001"
    return f"{a / b:.2f}" if a / b >= 0.1 else f"{a / b:.3f}"


def rows(measured):
    """-> (operation, Quire, Linux, floor), a missing figure None"""
    columns = [middle(measured.get(k, {})) for k in ("quire", "linux", "floor")]
    columns[2] = floors(columns[2])
    for name in columns[0]:
        yield (name, *(column.get(name) for column in columns))


def number(value):
    return "-" if value is None else f"{value:,.0f}"


def compared(title, measured):
    """A row for each operation, with the columns that were measured."""
    table = list(rows(measured))
    peer, floor = "linux" in measured, "floor" in measured
    lines = [title, ""]
    head = ["operation", "Quire"]
    head += ["Linux", "ratio"] * peer + ["floor", "to floor"] * floor
    form = "{:<24}{:>13}" + "{:>13}{:>8}" * peer + "{:>11}{:>10}" * floor
    lines.append(form.format(*head))
    for name, ours, theirs, least in table:
        cells = [number(ours)]
        cells += [number(theirs), ratio(ours, theirs)] * peer
        cells += [number(least), ratio(ours, least)] * floor
        lines.append(form.format(name, *cells))
    lines += summary(table)
    if floor:
        parts = middle(measured["floor"]).items()
        shown = (f"{n.removeprefix('floor_')} {number(v)}" for n, v in parts)
        lines.append("the floor's parts: " + ", ".join(shown))
    return lines + [""]


def summary(table):
    ratios = sorted(((a / b, name) for name, a, b, _ in table if b), reverse=True)
    if not ratios:
        return []
    over = [f"{name} {value:.2f}" for value, name in ratios if value > 1.005]
    return [
        "",
        f"ratio to Linux: median {ratios[len(ratios) // 2][0]:.2f}",
        "more than Linux: " + (", ".join(over) or "nothing"),
    ]


def spread(measured):
    """The same wall times as smallest and largest. The ratio of the smallest is
    what to look at when the host has other work too."""
    lines = ["Wall time, smallest and largest of the boots, ns", ""]
    peer = "linux" in measured
    head = ["operation", "Quire min", "max"]
    head += ["Linux min", "max", "ratio of min"] * peer
    form = "{:<24}{:>13}{:>13}" + "{:>13}{:>13}{:>14}" * peer
    lines.append(form.format(*head))
    for name, (_, low, high) in measured["quire"].items():
        cells = [number(low), number(high)]
        if peer:
            _, least, most = measured["linux"].get(name, (None, None, None))
            cells += [number(least), number(most), ratio(low, least)]
        lines.append(form.format(name, *cells))
    return lines + [""]


def frames(report):
    lines = ["Memory, frames of 4 KiB", ""]
    lines.append(f"{'what':<24}{'Quire':>13}{'Linux':>13}")
    linux = report["frames"].get("linux", {})
    for name, value in report["frames"]["quire"].items():
        lines.append(f"{name:<24}{number(value):>13}{number(linux.get(name)):>13}")
    return lines + [""]


def text(report):
    lines = [*report["about"], ""]
    lines += compared("Guest instructions (-icount)", report["icount"])
    if report["same"] is not None:
        what = "the same bytes" if report["same"] else "DIFFERENT BYTES"
        lines += [f"Two runs of Quire under -icount gave {what}.", ""]
    if report["wall"]:
        lines += compared("Wall time under plain TCG, ns, medians", report["wall"])
        lines += spread(report["wall"])
    if report["frames"].get("quire"):
        lines += frames(report)
    if report["boot"]:
        lines += ["From starting QEMU, seconds", ""]
        lines.append(f"{'to':<24}{'median':>13}{'smallest':>13}")
        for way, (median, least) in report["boot"].items():
            lines.append(f"{way:<24}{median:>13.3f}{least:>13.3f}")
        lines.append("")
    return "\n".join(lines)


# ---- The chart ------------------------------------------------------------------

LEFT, WIDTH, BAR, GAP = 190, 620, 9, 9


def decades(values):
    """The powers of ten around them."""
    low = math.floor(math.log10(min(values)))
    return range(low, math.ceil(math.log10(max(values))) + 1)


def chart(title, unit, measured, top):
    """-> lines of SVG, and where they end"""
    table = list(rows(measured))
    shown = [max(v, 1) for row in table for v in row[1:] if v is not None]
    ticks = decades(shown)
    scale = WIDTH / max(ticks[-1] - ticks[0], 1)
    bars = [k for i, k in enumerate(COLORS) if any(r[i + 1] for r in table)]
    height = len(bars) * BAR + GAP

    def x(value):
        return LEFT + (math.log10(max(value, 1)) - ticks[0]) * scale

    bottom = top + 40 + len(table) * height
    out = [f'<text x="10" y="{top + 14}" class="title">{html.escape(title)}</text>']
    for i, kernel in enumerate(bars):
        at = LEFT + 330 + 90 * i
        out.append(
            f'<rect x="{at}" y="{top + 5}" width="12" height="9" '
            f'fill="{COLORS[kernel]}"/>'
            f'<text x="{at + 17}" y="{top + 14}">{kernel.capitalize()}</text>'
        )
    for tick in ticks:
        at = LEFT + (tick - ticks[0]) * scale
        out.append(
            f'<line x1="{at:.1f}" y1="{top + 36}" x2="{at:.1f}" y2="{bottom}"/>'
            f'<text x="{at:.1f}" y="{top + 32}" text-anchor="middle">'
            f"{10**tick:,}</text>"
        )
    out.append(f'<text x="10" y="{top + 32}">{unit}, log scale</text>')
    y = top + 40
    for name, *values in table:
        out.append(
            f'<text x="{LEFT - 8}" y="{y + (height - GAP) / 2 + 4:.1f}" '
            f'text-anchor="end">{name}</text>'
        )
        for kernel, value in zip(COLORS, values):
            if kernel not in bars:
                continue
            if value is not None:
                out.append(
                    f'<rect x="{LEFT}" y="{y}" width="{x(value) - LEFT:.1f}" '
                    f'height="{BAR - 1}" fill="{COLORS[kernel]}">'
                    f"<title>{name}, {kernel}: {number(value)} {unit}</title></rect>"
                    f'<text x="{x(value) + 3:.1f}" y="{y + BAR - 2}" '
                    f'class="value">{number(value)}</text>'
                )
            y += BAR
        y += GAP
    return out, bottom


def svg(report):
    lines, y = [], 10
    charts = [("Guest instructions", "instructions", report["icount"])]
    if report["wall"]:
        charts.append(("Wall time under plain TCG", "ns", report["wall"]))
    for title, unit, measured in charts:
        if measured.get("quire"):
            part, y = chart(title, unit, measured, y)
            lines += part
            y += 30
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{LEFT + WIDTH + 80}" '
        f'height="{y}" font-family="sans-serif" font-size="11">'
        "<style>.title{font-size:15px;font-weight:bold}.value{font-size:8px}"
        "line{stroke:#ddd}</style>"
        '<rect width="100%" height="100%" fill="white"/>'
    )
    return "\n".join([head, *lines, "</svg>", ""])
