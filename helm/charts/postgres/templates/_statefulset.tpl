{{- define "postgres.statefulset" }}
{{- $fullname := include "common.fullname" . }}
---
apiVersion: apps/v1
kind: StatefulSet
metadata:
  {{- include "common.metadata" (dict "ctx" . "name" $fullname) | nindent 2 }}
spec:
  serviceName: {{ $fullname }}
  replicas: 1
  {{- /* With OrderedReady a pod that never became ready is not replaced when the template is mended. */}}
  podManagementPolicy: Parallel
  selector:
    matchLabels:
      {{- include "common.selectorLabels" . | nindent 6 }}
  persistentVolumeClaimRetentionPolicy:
    whenDeleted: {{ ternary "Retain" "Delete" .Values.storage.keep }}
    whenScaled: Retain
  template:
    {{- $env := include "postgres.env" . | fromYaml }}
    {{- $container := include "common.container" (dict "ctx" . "env" $env "extra" (include "postgres.container" . | fromYaml)) }}
    {{- include "common.pod" (dict "ctx" . "container" $container "spec" (dict "terminationGracePeriodSeconds" 60)) | nindent 4 }}
  volumeClaimTemplates:
    - metadata:
        name: data
        labels:
          {{- include "common.selectorLabels" . | nindent 10 }}
      spec:
        accessModes: [ReadWriteOnce]
        {{- with .Values.storage.className }}
        storageClassName: {{ . }}
        {{- end }}
        resources:
          requests:
            storage: {{ .Values.storage.size }}
{{- end -}}

{{- define "postgres.env" -}}
{{- $secret := printf "%s-app" (include "common.fullname" .) }}
PGDATA: /var/lib/postgresql/18/docker
POSTGRES_INITDB_ARGS: --data-checksums
{{- range $variable, $key := dict "POSTGRES_USER" "username" "POSTGRES_PASSWORD" "password" "POSTGRES_DB" "dbname" }}
{{ $variable }}:
  secretKeyRef: { name: {{ $secret }}, key: {{ $key }} }
{{- end }}
{{- end -}}

{{- define "postgres.container" -}}
{{- $probe := list "pg_isready" "--host=127.0.0.1" "--quiet" (printf "--username=%s" .Values.auth.username) (printf "--dbname=%s" .Values.auth.database) }}
{{- with .Values.parameters }}
args:
  {{- range $name, $value := . }}
  - -c
  - {{ printf "%s=%s" $name (include "common.string" $value) | quote }}
  {{- end }}
{{- end }}
ports:
  - name: postgres
    containerPort: 5432
startupProbe:
  exec: { command: {{ toJson $probe }} }
  periodSeconds: 2
  failureThreshold: 90
readinessProbe:
  exec: { command: {{ toJson $probe }} }
  periodSeconds: 5
  timeoutSeconds: 3
livenessProbe:
  exec: { command: {{ toJson $probe }} }
  periodSeconds: 20
  timeoutSeconds: 5
  failureThreshold: 6
{{- end -}}
