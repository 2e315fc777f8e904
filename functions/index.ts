import type { FunctionDefinition } from '#shared/http/define-function.ts';
import type { Group } from '#shared/http/group.ts';
import { batchDatasets } from './catalogue/batch-datasets.ts';
import { createDataset } from './catalogue/create-dataset.ts';
import { deleteDataset } from './catalogue/delete-dataset.ts';
import { getDataset } from './catalogue/get-dataset.ts';
import { catalogueGroup } from './catalogue/group.ts';
import { listDatasets } from './catalogue/list-datasets.ts';
import { replaceDataset } from './catalogue/replace-dataset.ts';
import { updateDataset } from './catalogue/update-dataset.ts';
import { changesGroup } from './changes/group.ts';
import { listChanges } from './changes/list-changes.ts';
import { listDeliveries } from './changes/list-deliveries.ts';
import { retryDelivery } from './changes/retry-delivery.ts';
import { getLinkedArchive } from './downloads/get-linked-archive.ts';
import { getLinkedFile } from './downloads/get-linked-file.ts';
import { downloadsGroup } from './downloads/group.ts';
import { getCatalog } from './finding/get-catalog.ts';
import { getCroissant } from './finding/get-croissant.ts';
import { getMetadata } from './finding/get-metadata.ts';
import { getVersionCroissant } from './finding/get-version-croissant.ts';
import { getVersionMetadata } from './finding/get-version-metadata.ts';
import { findingGroup } from './finding/group.ts';
import { search } from './finding/search.ts';
import { downloadDataset } from './kaggle/download-dataset.ts';
import { getKaggleDataset } from './kaggle/get-kaggle-dataset.ts';
import { getKaggleMetadata } from './kaggle/get-kaggle-metadata.ts';
import { getKaggleStatus } from './kaggle/get-kaggle-status.ts';
import { kaggleGroup } from './kaggle/group.ts';
import { introspectToken } from './kaggle/introspect-token.ts';
import { kaggleHello } from './kaggle/kaggle-hello.ts';
import { listKaggleDatasets } from './kaggle/list-kaggle-datasets.ts';
import { listKaggleFiles } from './kaggle/list-kaggle-files.ts';
import { listKaggleTree } from './kaggle/list-kaggle-tree.ts';
import { notMirroredHere } from './kaggle/not-mirrored-here.ts';
import { summarizeKaggleFiles } from './kaggle/summarize-kaggle-files.ts';
import { cancelSync } from './mirror/cancel-sync.ts';
import { createSync } from './mirror/create-sync.ts';
import { diffVersions } from './mirror/diff-versions.ts';
import { getArchive } from './mirror/get-archive.ts';
import { getChecksums } from './mirror/get-checksums.ts';
import { getFile } from './mirror/get-file.ts';
import { getMirror } from './mirror/get-mirror.ts';
import { getSync } from './mirror/get-sync.ts';
import { getVersion } from './mirror/get-version.ts';
import { getVolume } from './mirror/get-volume.ts';
import { mirrorGroup } from './mirror/group.ts';
import { listFiles } from './mirror/list-files.ts';
import { listMirrors } from './mirror/list-mirrors.ts';
import { listSyncs } from './mirror/list-syncs.ts';
import { listVersions } from './mirror/list-versions.ts';
import { attachDataset } from './notebook/attach-dataset.ts';
import { notebookGroup } from './notebook/group.ts';
import { diffTables } from './tables/diff-tables.ts';
import { getParquet } from './tables/get-parquet.ts';
import { getRow } from './tables/get-row.ts';
import { getRows } from './tables/get-rows.ts';
import { getStatistics } from './tables/get-statistics.ts';
import { getTable } from './tables/get-table.ts';
import { tablesGroup } from './tables/group.ts';
import { listTables } from './tables/list-tables.ts';
import { queryDatasets } from './tables/query-datasets.ts';
import { queryVersion } from './tables/query-version.ts';
import { beginLogin } from './web/begin-login.ts';
import { browseDatasets } from './web/browse-datasets.ts';
import { exportSql } from './web/export-sql.ts';
import { finishLogin } from './web/finish-login.ts';
import { getAsset } from './web/get-asset.ts';
import { goToDataset } from './web/go-to-dataset.ts';
import { webGroup } from './web/group.ts';
import { registerDataset } from './web/register-dataset.ts';
import { showDataset } from './web/show-dataset.ts';
import { showDiff } from './web/show-diff.ts';
import { showFiles } from './web/show-files.ts';
import { showMirrors } from './web/show-mirrors.ts';
import { showSignIn } from './web/show-sign-in.ts';
import { showSql } from './web/show-sql.ts';
import { showSync } from './web/show-sync.ts';
import { showSyncs } from './web/show-syncs.ts';
import { showTable } from './web/show-table.ts';
import { showVersions } from './web/show-versions.ts';
import { signIn } from './web/sign-in.ts';
import { signOut } from './web/sign-out.ts';
import { startSync } from './web/start-sync.ts';
import { stopSync } from './web/stop-sync.ts';

/** Every HTTP function by its group. Lists and not a directory scan, so that they can be bundled. */
export const groups: readonly Group<FunctionDefinition>[] = [
  {
    ...catalogueGroup,
    functions: [
      listDatasets,
      createDataset,
      getDataset,
      replaceDataset,
      updateDataset,
      deleteDataset,
      batchDatasets,
    ],
  },
  {
    ...mirrorGroup,
    functions: [
      getMirror,
      listMirrors,
      listVersions,
      getVersion,
      listFiles,
      getFile,
      getArchive,
      getChecksums,
      diffVersions,
      createSync,
      listSyncs,
      getSync,
      cancelSync,
      getVolume,
    ],
  },
  {
    ...findingGroup,
    functions: [search, getMetadata, getVersionMetadata, getCroissant, getVersionCroissant, getCatalog],
  },
  {
    ...tablesGroup,
    functions: [
      listTables,
      getTable,
      getRows,
      getRow,
      getStatistics,
      getParquet,
      queryVersion,
      queryDatasets,
      diffTables,
    ],
  },
  {
    ...webGroup,
    functions: [
      browseDatasets,
      registerDataset,
      goToDataset,
      showDataset,
      showTable,
      showFiles,
      showVersions,
      showDiff,
      showSyncs,
      startSync,
      showSync,
      stopSync,
      showSql,
      exportSql,
      showSignIn,
      signIn,
      beginLogin,
      finishLogin,
      signOut,
      showMirrors,
      getAsset,
    ],
  },
  {
    ...kaggleGroup,
    functions: [
      listKaggleDatasets,
      getKaggleDataset,
      getKaggleMetadata,
      getKaggleStatus,
      listKaggleFiles,
      listKaggleTree,
      summarizeKaggleFiles,
      downloadDataset,
      kaggleHello,
      introspectToken,
      notMirroredHere,
    ],
  },
  { ...downloadsGroup, functions: [getLinkedArchive, getLinkedFile] },
  { ...notebookGroup, functions: [attachDataset] },
  { ...changesGroup, functions: [listChanges, listDeliveries, retryDelivery] },
];
