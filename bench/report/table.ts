/** The comparison as cells, for whoever lays out a table of them: a page, a file. */
export interface ReportTable {
  /** The first is of the labels. */
  heads: TableHead[];
  rows: TableRow[];
}

export interface TableHead {
  text: string;
  kind: 'label' | 'figure' | 'verdict';
}

export interface TableRow {
  label: string;
  /** One a head, but for the first. */
  cells: TableCell[];
  /** How the figures were measured, in a sentence. */
  how: string;
}

export interface TableCell {
  text: string;
  /** Absent where there is no number. */
  sortBy?: number;
}
