import { fixed, gigabytes, whole } from '../text/format.ts';
import type { LiveFigures } from './progress.ts';

const minute = 60_000;
const hour = 60 * minute;

/** "0:07", "1:12", "2:05:00". */
export function clock(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1_000);
  const two = (value: number) => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  const rest = two(seconds % 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
}

/** Rounds as coarsely as an estimate deserves: "about 20 s", "about 12 min", "about 2.5 h". */
export function about(milliseconds: number): string {
  if (milliseconds <= 50_000) return `about ${10 * Math.max(1, Math.ceil(milliseconds / 10_000))} s`;
  if (milliseconds < 1.5 * hour) return `about ${Math.max(1, Math.round(milliseconds / minute))} min`;
  return `about ${Math.round((2 * milliseconds) / hour) / 2} h`;
}

/** "12,500/25,000 clients +312/s | 12,480 msg/s | p99 38 ms | CPU 0.98 | 1.21 GB"; unknown figures are left out. */
export function describe(doing: string | LiveFigures): string {
  if (typeof doing === 'string') return doing;
  const { messagesPerSecond, p99Milliseconds, cpuCores, rssBytes } = doing;
  return [
    clientsOf(doing),
    ...(messagesPerSecond === undefined ? [] : [`${whole(messagesPerSecond)} msg/s`]),
    ...(p99Milliseconds === undefined ? [] : [`p99 ${latency(p99Milliseconds)}`]),
    ...(cpuCores === undefined ? [] : [`CPU ${fixed(cpuCores, 2)}`]),
    ...(rssBytes === undefined ? [] : [bytes(rssBytes)]),
  ].join(' | ');
}

function clientsOf({ clients, clientsAsked, newClientsPerSecond = 0 }: LiveFigures): string {
  const asked = clientsAsked === undefined ? '' : `/${whole(clientsAsked)}`;
  const more = Math.round(newClientsPerSecond) > 0 ? ` +${whole(newClientsPerSecond)}/s` : '';
  return `${whole(clients)}${asked} clients${more}`;
}

function latency(milliseconds: number): string {
  if (milliseconds >= 10_000) return `${fixed(milliseconds / 1_000, 1)} s`;
  return `${milliseconds < 10 ? fixed(milliseconds, 1) : whole(milliseconds)} ms`;
}

function bytes(value: number): string {
  return value < 1e9 ? `${Math.round(value / 1e6)} MB` : gigabytes(value, 2);
}
