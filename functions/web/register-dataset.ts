import * as z from 'zod';
import { registerDataset as register } from '#shared/data/catalogue.ts';
import { datasetOfMirror } from '#shared/data/datasets.ts';
import { Problem } from '#shared/http/problems.ts';
import { text } from '#shared/http/text.ts';
import { sourceOf } from '#shared/mirror/source-of.ts';
import { formFunction } from '#web/form-function.ts';
import { pastedAddress } from '#web/pasted-address.ts';

export const registerDataset = formFunction({
  name: 'register-dataset',
  path: '/datasets',
  summary: 'Register a dataset of Kaggle, from a form',
  body: z.strictObject({ source_url: text(2_048) }, { error: 'must have a source_url' }),
  async act({ body: { source_url }, db }) {
    const source = sourceOf(pastedAddress(source_url));
    const { kaggle } = source;
    if (kaggle === null)
      throw new Problem(
        'validation-failed',
        'This is not the address of a dataset of Kaggle. Paste one such as https://www.kaggle.com/datasets/OWNER/NAME.',
      );
    const known = await datasetOfMirror(db, kaggle.ref, kaggle.pinnedVersion, { exact: true });
    if (known !== null) return `/ui/datasets/${known}`;
    const name =
      kaggle.pinnedVersion === null ? kaggle.ref : `${kaggle.ref}, version ${kaggle.pinnedVersion}`;
    const { id } = await register(db, { name: name.slice(0, 200), description: null, source });
    return `/ui/datasets/${id}`;
  },
});
