/** The release of the converter. Raised when the same file would become another table; tables of before are made anew. */
export const CONVERTER = 1;
