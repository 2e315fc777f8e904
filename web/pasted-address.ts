/** What people paste for a dataset of Kaggle: its address, with or without https://, or only owner/name. */
export function pastedAddress(text: string): string {
  const trimmed = text.trim();
  if (/^[\w-]+\/[\w-]+$/.test(trimmed)) return `https://www.kaggle.com/datasets/${trimmed}`;
  return /^[a-z][a-z\d+.-]*:\/\//i.test(trimmed) ? trimmed : `https://${trimmed}`;
}
