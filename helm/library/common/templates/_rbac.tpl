{{- /* What the account may do in its namespace, where serviceAccount.rules says so. */ -}}
{{- define "kda-common.rbac" -}}
{{- $name := include "kda-common.serviceAccountName" . }}
{{- if and .Values.serviceAccount.rules (include "kda-common.first" (dict "ctx" . "kind" "Role" "name" $name)) }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  {{- include "kda-common.metadata" (dict "ctx" . "name" $name) | nindent 2 }}
rules:
  {{- range $key, $rule := .Values.serviceAccount.rules }}
  - {{ toYaml $rule | nindent 4 | trim }}
  {{- end }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  {{- include "kda-common.metadata" (dict "ctx" . "name" $name) | nindent 2 }}
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
