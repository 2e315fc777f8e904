import { offerCopies } from './copy.ts';
import { offerKeys } from './keys.ts';
import { watchSyncs } from './live-sync.ts';
import { offerSchemes } from './scheme.ts';
import { submitByKey } from './submit.ts';
import { keepTimes } from './times.ts';

offerSchemes();
offerKeys();
keepTimes();
offerCopies();
watchSyncs();
submitByKey();
