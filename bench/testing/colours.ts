/** Three values of a colour, in some colour space, to test how far colours are apart. */
type Triple = readonly [number, number, number];

/**
 * How linear sRGB appears to an eye that lacks one of the three kinds of cones: Machado, Oliveira and Fernandes, "A
 * Physiologically-based Model for Simulation of Color Vision Deficiency" (2009), severity 1.0.
 */
const dichromacies = {
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
  trichromacy: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
} as const satisfies Record<string, readonly [Triple, Triple, Triple]>;

export type Vision = keyof typeof dichromacies;
export const visions: readonly Vision[] = ['trichromacy', 'protanopia', 'deuteranopia', 'tritanopia'];

/** Contrast ratio of WCAG 2.2: 1 to 21. */
export function contrastOf(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminanceOf(one), luminanceOf(other)].toSorted((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

/** Distance by CIE 1976; 2.3 is a just noticeable difference. */
export function distanceOf(one: string, other: string, vision: Vision): number {
  const [a, b] = [one, other].map((colour) => labOf(through(dichromacies[vision], linear(colour))));
  return a === undefined || b === undefined ? Number.NaN : Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

/** The visible colour where one colour lies over another with this opacity, 0 to 1. */
export function mixed(over: string, under: string, opacity: number): string {
  const channels = bytesOf(under).map((byte, index) => byte + ((bytesOf(over)[index] ?? 0) - byte) * opacity);
  return `#${channels.map((byte) => Math.round(byte).toString(16).padStart(2, '0')).join('')}`;
}

function luminanceOf(colour: string): number {
  return dot([0.2126, 0.7152, 0.0722], linear(colour));
}

/** Converts linear sRGB to CIELAB, with white D65. */
function labOf(rgb: Triple): Triple {
  const toXyz: readonly [Triple, Triple, Triple] = [
    [0.4124564 / 0.95047, 0.3575761 / 0.95047, 0.1804375 / 0.95047],
    [0.2126729, 0.7151522, 0.072175],
    [0.0193339 / 1.08883, 0.119192 / 1.08883, 0.9503041 / 1.08883],
  ];
  const xyz = through(toXyz, rgb);
  const f = (value: number) => (value > 216 / 24_389 ? Math.cbrt(value) : ((24_389 / 27) * value + 16) / 116);
  const [x, y, z] = [f(xyz[0]), f(xyz[1]), f(xyz[2])];
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

function linear(colour: string): Triple {
  const [red, green, blue] = bytesOf(colour);
  return [toLinear(red), toLinear(green), toLinear(blue)];
}

function toLinear(byte: number): number {
  const share = byte / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}

function bytesOf(colour: string): Triple {
  const byte = (at: number) => Number.parseInt(colour.slice(at, at + 2), 16);
  return [byte(1), byte(3), byte(5)];
}

function through(matrix: readonly [Triple, Triple, Triple], colour: Triple): Triple {
  return [dot(matrix[0], colour), dot(matrix[1], colour), dot(matrix[2], colour)];
}

function dot(one: Triple, other: Triple): number {
  return one[0] * other[0] + one[1] * other[1] + one[2] * other[2];
}
