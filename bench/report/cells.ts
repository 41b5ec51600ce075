import { type Figure, isMeasured } from '../stats/figure.ts';
import type { MaxClients } from '../summary/figures/figure-row.ts';
import { type Format, show, showSeveral } from '../text/format.ts';
import { showCauses, showEvidence, showMaxClients } from './max-clients.ts';

export interface TableCell {
  text: string;
  /** The number behind the text: a figure's median, or a verdict's ratio as a number ≥ 1. Absent where there is none. */
  sortBy?: number;
}

export interface RowCell extends TableCell {
  /** Text that is too long for the cell. It stands below the table. */
  note?: string;
}

/** A cell of one figure or several. Tables sort by the first. */
export function measured(format: Format, ...figures: Figure[]): RowCell {
  return withReason(showSeveral(figures, format), figures);
}

export function maxClientsCell(found: MaxClients): RowCell {
  return withReason(showMaxClients(found), [found.clients]);
}

/** A cell of a rate, with "≥" before a lower bound. */
export function rateCell(format: Format, rate: Figure, isLowerBound: boolean): RowCell {
  return withReason(`${isMeasured(rate) && isLowerBound ? '≥ ' : ''}${show(rate, format)}`, [rate]);
}

export function stopsCell({ stops }: MaxClients): RowCell {
  if (stops.length === 0) return { text: 'no search was finished' };
  return { text: showCauses(stops), note: showEvidence(stops) };
}

/** The longest reason that a cell of a narrow column can hold, in characters. */
const longestReason = 60;

function withReason(text: string, figures: readonly Figure[]): RowCell {
  const found = figures.find(isMeasured);
  if (found !== undefined) return { text, sortBy: found.median };
  return text.length <= longestReason ? { text } : { text: 'not measured', note: text };
}
