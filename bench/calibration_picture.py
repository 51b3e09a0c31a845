"""What was said against what came, as an SVG: a curve for each code; the diagonal is true."""

from __future__ import annotations

COLORS = ("#0b5cad", "#b3541e", "#1f7a4d", "#7a3b9a", "#8a6d00", "#222222")
Point = tuple[float, float]

_PAPER = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 460 470" font-size="12">',
    '<rect width="460" height="470" fill="#fff"/>',
    '<path d="M40 420V20M40 420H440" stroke="#888" fill="none"/>',
    '<path d="M40 420L440 20" stroke="#bbb" stroke-dasharray="4 4"/>',
    '<path d="M40 400L420 20M60 420L440 40" stroke="#eee"/>',
    '<text x="180" y="450">chance said</text>',
    '<text x="36" y="436">0</text><text x="425" y="436">100%</text>',
    '<text x="8" y="24">100%</text>',
    '<text x="14" y="260" transform="rotate(-90 14 260)">what came</text>',
)


def picture(curves: dict[str, list[Point]]) -> str:
    """Draw the points (said, came) of each curve under its name; grey lines are 5 points off."""
    parts = list(_PAPER)
    for place, (name, points) in enumerate(curves.items()):
        color = COLORS[place % len(COLORS)]
        spots = [(40 + 400 * said, 420 - 400 * came) for said, came in points]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in spots)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{color}" stroke-width="1.5"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{color}"/>' for x, y in spots]
        parts.append(f'<text x="60" y="{36 + 18 * place}" fill="{color}">{name}</text>')
    return "\n".join([*parts, "</svg>\n"])
