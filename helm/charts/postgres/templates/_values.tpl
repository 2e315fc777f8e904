{{- /* What the workloads are told that follows from the other values. */ -}}
{{- define "postgres.workloads" -}}
{{- $roles := include "postgres.roles" . | fromYaml }}
{{- $job := get .Values.workloads "roles" }}
{{- $ready := list "pg_isready" "--host=127.0.0.1" "--quiet" (printf "--username=%s" .Values.auth.username) (printf "--dbname=%s" .Values.auth.database) }}
{{- $owner := printf "%s-app" (include "kda-common.fullname" .) }}
database:
  args:
    {{- range $parameter, $value := .Values.parameters }}
    - -c
    - {{ printf "%s=%s" $parameter (include "kda-common.string" $value) | quote }}
    {{- end }}
  env:
    {{- include "postgres.env" (list $owner "POSTGRES_USER" "POSTGRES_PASSWORD" "POSTGRES_DB") | nindent 4 }}
  probes:
    {{- range $probe := list "startup" "readiness" "liveness" }}
    {{ $probe }}: { command: {{ toJson $ready }} }
    {{- end }}
  volumes:
    data:
      claim: {{ pick .Values.storage "size" "className" | toJson }}
  keepClaims: {{ .Values.storage.keep }}
  networkPolicy:
    {{- /* It connects to nobody, so it need not resolve names. */}}
    egress:
      dns: null
    ingress:
      {{- include "postgres.clients" . | nindent 6 }}
      {{- if and $job $roles }}
      roles:
        from: [{{ include "postgres.pods" (dict "ctx" . "workload" "roles") }}]
        ports: [5432]
      {{- end }}
{{- if $job }}
roles:
  enabled: {{ gt (len $roles) 0 }}
  env:
    PGHOST: {{ include "kda-common.fullname" . }}
    PROCESSES: {{ keys $roles | sortAlpha | join " " | upper | quote }}
    {{- include "postgres.env" (list $owner "PGUSER" "PGPASSWORD" "PGDATABASE") | nindent 4 }}
    {{- range $process, $role := $roles }}
    {{- $secret := include "postgres.roleSecret" (dict "ctx" $ "process" $process "role" $role) }}
    {{- include "postgres.env" (list $secret (printf "%s_USERNAME" $process | upper) (printf "%s_PASSWORD" $process | upper)) | nindent 4 }}
    {{- end }}
  networkPolicy:
    egress:
      database:
        to: [{{ include "postgres.pods" (dict "ctx" . "workload" "database") }}]
        ports: [5432]
{{- end }}
{{- end -}}

{{- /* Variables for user, password and database, from a Secret: (list SECRET USER PASSWORD DATABASE) */ -}}
{{- define "postgres.env" -}}
{{- range $index, $variable := rest . }}
{{ $variable }}:
  secretKeyRef: { name: {{ first $ }}, key: {{ index (list "username" "password" "dbname") $index }} }
{{- end }}
{{- end -}}

{{- define "postgres.clients" -}}
clients:
  from:
    {{- toYaml .Values.clients | nindent 4 }}
  ports: [5432]
{{- end -}}

{{- /* A peer: the pods of a workload. */ -}}
{{- define "postgres.pods" -}}
{{- $own := get .ctx.Values.workloads .workload | default dict -}}
{{- $values := dict "nameOverride" .ctx.Values.nameOverride "key" .workload "component" $own.component -}}
{{- $labels := include "kda-common.selectorLabels" (set (omit .ctx "Values") "Values" $values) | fromYaml -}}
{{- dict "podSelector" (dict "matchLabels" $labels) | toJson -}}
{{- end -}}
