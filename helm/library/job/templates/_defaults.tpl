{{- /* Generated from values.schema.yaml by `npm run charts:generate`. */ -}}
{{- define "kda-job.defaults" -}}
schedule: ""
timeZone: Etc/UTC
suspend: false
concurrencyPolicy: Forbid
startingDeadlineSeconds: 3600
successfulJobsHistoryLimit: 3
failedJobsHistoryLimit: 3
backoffLimit: 2
backoffLimitPerIndex: null
activeDeadlineSeconds: 3600
ttlSecondsAfterFinished: 86400
parallelism: 1
completions: 1
completionMode: NonIndexed
podFailurePolicy: {}
restartPolicy: Never
keda:
  triggers: {}
  pollingInterval: 30
  minReplicas: 0
  maxReplicas: 1
  scalingStrategy: accurate
{{- end -}}
