{{- /* https://keda.sh/docs/latest/reference/scaledjob-spec/ */ -}}
{{- define "kda-job.scaledjob" -}}
{{- if eq .Values.kind "scaledjob" }}
---
apiVersion: keda.sh/v1alpha1
kind: ScaledJob
metadata:
  {{- include "kda-common.metadata" (dict "ctx" . "name" (include "kda-common.workloadName" .)) | nindent 2 }}
spec:
  jobTargetRef:
    {{- include "kda-job.spec" . | trim | nindent 4 }}
  {{- range $key := list "successfulJobsHistoryLimit" "failedJobsHistoryLimit" }}
  {{- $value := index $.Values $key }}
  {{- if not (kindIs "invalid" $value) }}
  {{ $key }}: {{ $value }}
  {{- end }}
  {{- end }}
  pollingInterval: {{ .Values.keda.pollingInterval }}
  minReplicaCount: {{ .Values.keda.minReplicas }}
  maxReplicaCount: {{ .Values.keda.maxReplicas }}
  triggers:
    {{- range $name, $trigger := .Values.keda.triggers }}
    - name: {{ $name }}
      type: {{ $trigger.type }}
      metadata:
        {{- range $key, $value := $trigger.metadata }}
        {{ $key }}: {{ include "kda-common.string" $value | quote }}
        {{- end }}
      {{- with $trigger.authentication }}
      authenticationRef:
        name: {{ . }}
      {{- end }}
    {{- end }}
{{- end }}
{{- end -}}
