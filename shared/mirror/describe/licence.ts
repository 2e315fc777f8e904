const CC = 'https://creativecommons.org';
const SPDX = 'https://spdx.org/licenses';

/** By Kaggle's names, of the list and of dataset-metadata.json. */
const ADDRESSES: Record<string, string> = {
  'cc0: public domain': `${CC}/publicdomain/zero/1.0/`,
  'cc0-1.0': `${CC}/publicdomain/zero/1.0/`,
  'attribution 4.0 international (cc by 4.0)': `${CC}/licenses/by/4.0/`,
  'cc by 4.0': `${CC}/licenses/by/4.0/`,
  'cc-by-4.0': `${CC}/licenses/by/4.0/`,
  'cc by-sa 4.0': `${CC}/licenses/by-sa/4.0/`,
  'cc-by-sa-4.0': `${CC}/licenses/by-sa/4.0/`,
  'cc by-sa 3.0': `${CC}/licenses/by-sa/3.0/`,
  'cc-by-sa-3.0': `${CC}/licenses/by-sa/3.0/`,
  'cc by-nc-sa 4.0': `${CC}/licenses/by-nc-sa/4.0/`,
  'cc-by-nc-sa-4.0': `${CC}/licenses/by-nc-sa/4.0/`,
  'cc by-nc 4.0': `${CC}/licenses/by-nc/4.0/`,
  'cc-by-nc-4.0': `${CC}/licenses/by-nc/4.0/`,
  'apache 2.0': `${SPDX}/Apache-2.0`,
  mit: `${SPDX}/MIT`,
  'gpl 2': `${SPDX}/GPL-2.0-only`,
  'gpl 3': `${SPDX}/GPL-3.0-only`,
  'odc-by 1.0': `${SPDX}/ODC-By-1.0`,
  'odbl-1.0': `${SPDX}/ODbL-1.0`,
  'database: open database, contents: © original authors': `${SPDX}/ODbL-1.0`,
  'u.s. government works': 'https://www.usa.gov/government-works',
};

/** The address of a licence that Kaggle names; null for others. */
export function licenceAddress(name: string | null): string | null {
  return ADDRESSES[name?.trim().toLowerCase() ?? ''] ?? null;
}
