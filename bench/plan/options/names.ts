import { z } from 'zod';
import { contenderNames } from '../../../servers/contract/contenders.ts';
import { contenderOf, entrantSchema, entrantsOf, mostEntrants } from '../entrants.ts';
import { phaseNames } from '../names.ts';
import { namesReading } from './reading.ts';

/** A server that is named twice is compared with itself. */
export const contendersReading = namesReading(contenderNames, {
  toConfig: (names) =>
    names.length > mostEntrants
      ? `names ${names.length} servers: one run compares at most ${mostEntrants}`
      : entrantsOf(names),
  fromConfig: (value) => z.array(entrantSchema).parse(value).map(contenderOf),
});

/** The config has phases in the order in which they always run, whatever the order of the names. */
export const phasesReading = namesReading(phaseNames, {
  toConfig: (names) =>
    new Set(names).size < names.length
      ? 'names one phase twice: name each once'
      : phaseNames.filter((name) => names.includes(name)),
  fromConfig: (value) => z.array(z.enum(phaseNames)).parse(value),
});
