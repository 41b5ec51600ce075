import { z } from 'zod';
import { type ContenderName, contenderNames, nullName } from '../../servers/contract/contenders.ts';

/**
 * A contender's place in a run, by which everything in a record is told apart: its name, and for its second place in
 * the same run, to compare it with itself, "async-2".
 */
export const entrantSchema = z.templateLiteral([z.enum(contenderNames), z.enum(['', '-2', '-3', '-4'])]);
export type Entrant = z.infer<typeof entrantSchema>;
/** Any server that is started in a run: a contender, or the one that the fleet is calibrated with. */
export const startedSchema = z.union([entrantSchema, z.literal(nullName)]);
export type Started = z.infer<typeof startedSchema>;

const places = ['', '-2', '-3', '-4'] as const;
/** How many servers one run compares, one that is compared with itself counted as often. */
export const mostEntrants = places.length;

/** @param contenders at most as many as there are places. */
export function entrantsOf(contenders: readonly ContenderName[]): Entrant[] {
  return contenders.map((contender, index) => {
    const before = contenders.slice(0, index).filter((other) => other === contender).length;
    return `${contender}${places[before] ?? ''}` as const;
  });
}

export function contenderOf(entrant: Entrant): ContenderName {
  return contenderNames.find((name) => entrant === name || entrant.startsWith(`${name}-`)) ?? contenderNames[0];
}
