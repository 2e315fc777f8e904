{{- /* What the account may do in its namespace, where serviceAccount.rules says so. */ -}}
{{- define "kda-common.rbac" -}}
{{- $name := include "kda-common.serviceAccountName" . }}
{{- if and .Values.serviceAccount.rules (include "kda-common.first" (dict "ctx" . "kind" "Role" "name" $name)) }}
{{ include "kda-common.object" (dict "ctx" . "is" "rbac.authorization.k8s.io/v1 Role" "name" $name) }}
rules:
  {{- range $key, $rule := .Values.serviceAccount.rules }}
  - {{ toYaml $rule | nindent 4 | trim }}
  {{- end }}
{{ include "kda-common.object" (dict "ctx" . "is" "rbac.authorization.k8s.io/v1 RoleBinding" "name" $name) }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: {{ $name }}
subjects:
  - kind: ServiceAccount
    name: {{ $name }}
    namespace: {{ .Release.Namespace }}
{{- end }}
{{- end -}}
