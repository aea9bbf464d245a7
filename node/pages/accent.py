"""The cluster's accent colour, made legible on both grounds (WCAG 2.2, success criterion 1.4.3)."""

import colorsys
import hashlib

#: The paper of the light and of the dark scheme, as in style.css.
GROUNDS = ("#fbfaf7", "#0b1a23")
LEAST_CONTRAST = 4.5

Rgb = tuple[float, float, float]


def accent_styles(accent: str) -> str:
    """Return the stylesheet that sets ``--accent``, "#rrggbb", for both schemes."""
    light, dark = (legible(accent, ground) for ground in GROUNDS)
    return f":root {{ --accent: light-dark({light}, {dark}); }}\n"


def accent_address(accent: str) -> str:
    """Return where the node serves that stylesheet."""
    digest = hashlib.sha256(accent_styles(accent).encode()).hexdigest()[:10]
    return f"/static/accent.css?v={digest}"


def legible(colour: str, ground: str) -> str:
    """Return *colour*, darker or lighter as far as it takes to be read on *ground*."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*_rgb(colour))
    step = -0.01 if luminance(ground) > 0.5 else 0.01
    while contrast(colour, ground) < LEAST_CONTRAST and 0 <= lightness + step <= 1:
        lightness += step
        colour = _hex(colorsys.hls_to_rgb(hue, lightness, saturation))
    return colour


def contrast(first: str, second: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21, as WCAG defines it."""
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """Return the relative luminance of "#rrggbb", 0 to 1, as WCAG defines it."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in _rgb(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _rgb(colour: str) -> Rgb:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _hex(colour: Rgb) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in colour)
