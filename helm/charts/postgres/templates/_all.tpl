{{- define "postgres.all" -}}
{{- $values := include "common.values" (dict "root" . "defaults" (list "common.defaults")) | fromYaml }}
{{- $_ := set $values.volumes "data" (dict "mountPath" "/var/lib/postgresql") }}
{{- $ctx := set (omit . "Values") "Values" $values }}
{{- include "common.refuse" (dict "ctx" $ctx "problems" (include "postgres.problems" $ctx)) }}
{{- if .Values.cloudnativepg.enabled }}
{{- include "postgres.cluster" $ctx }}
{{- include "common.networkpolicy" (set (include "postgres.cluster.policy" $ctx | fromYaml) "ctx" $ctx) }}
{{- else }}
{{- /* It connects to nobody, so it need not resolve names. */}}
{{- $_ := unset $values.networkPolicy.egress "dns" }}
{{- include "common.serviceaccount" $ctx }}
{{- include "postgres.secret" (dict "ctx" $ctx "name" (printf "%s-app" (include "common.fullname" $ctx)) "username" .Values.auth.username "password" .Values.auth.password) }}
{{- include "postgres.role.secrets" $ctx }}
{{- include "common.networkpolicy" (dict "ctx" $ctx "ingress" (include "postgres.server.flows" $ctx | fromYaml)) }}
{{- include "postgres.service" $ctx }}
{{- include "postgres.statefulset" $ctx }}
{{- include "postgres.roles.job" $ctx }}
{{- end }}
{{- end -}}

{{- define "postgres.problems" -}}
{{- if .Values.cloudnativepg.enabled }}
{{- if .Values.auth.password }}
- auth.password: CloudNativePG makes a password and keeps it in the Secret {{ include "common.fullname" . }}-app; set it to ""
{{- end }}
{{- else }}
{{- include "common.problems" (set (omit . "Values") "Values" (set (omit .Values "volumes") "volumes" dict)) }}
{{- if not .Values.auth.password }}
- auth.password is empty: set it, for example --set auth.password="$(openssl rand -hex 24)"
{{- end }}
{{- end }}
{{- include "postgres.roles.problems" . }}
{{- end -}}

{{- define "postgres.server.flows" -}}
{{- include "postgres.flows" . }}
{{- if include "postgres.roles" . | fromYaml }}
roles:
  from:
    - podSelector:
        matchLabels:
          {{- include "common.selectorLabels" (set (omit . "Component") "Component" "roles") | nindent 10 }}
  ports: [5432]
{{- end }}
{{- end -}}

{{- define "postgres.flows" -}}
clients:
  from:
    {{- toYaml .Values.clients | nindent 4 }}
  ports: [5432]
{{- end -}}
