import { type Figure, isMeasured } from '../stats/figure.ts';
import type { MaxClients } from '../summary/figures/figure-row.ts';
import { type Format, show, showSeveral } from '../text/format.ts';
import { showCauses, showEvidence, showMaxClients } from './max-clients.ts';

/** `sortBy`: the number behind the text (a figure's median, a verdict's ratio as a number ≥ 1); absent where there is none. */
export interface TableCell {
  text: string;
  sortBy?: number;
}

/** @property note what is too long for a cell, and stands below the table. */
export interface RowCell extends TableCell {
  note?: string;
}

/** Of several figures, the first is the one to sort by. */
export function measured(format: Format, ...figures: Figure[]): RowCell {
  return withReason(showSeveral(figures, format), figures);
}

export function maxClientsCell(found: MaxClients): RowCell {
  return withReason(showMaxClients(found), [found.clients]);
}

/** With a sign before it where it is a lower bound. */
export function rateCell(format: Format, rate: Figure, isLowerBound: boolean): RowCell {
  return withReason(`${isMeasured(rate) && isLowerBound ? '≥ ' : ''}${show(rate, format)}`, [rate]);
}

export function stopsCell({ stops }: MaxClients): RowCell {
  if (stops.length === 0) return { text: 'no search was finished' };
  return { text: showCauses(stops), note: showEvidence(stops) };
}

/** What a cell of a table in a narrow column can hold. */
const longestReason = 60;

function withReason(text: string, figures: readonly Figure[]): RowCell {
  const found = figures.find(isMeasured);
  if (found !== undefined) return { text, sortBy: found.median };
  return text.length <= longestReason ? { text } : { text: 'not measured', note: text };
}
