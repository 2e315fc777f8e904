import { offerCopies } from './copy.ts';
import { watchSyncs } from './live-sync.ts';
import { offerSchemes } from './scheme.ts';
import { submitByKey } from './submit.ts';
import { keepTimes } from './times.ts';

offerSchemes();
keepTimes();
offerCopies();
watchSyncs();
submitByKey();
