{{- define "kda-common.serviceaccount" -}}
{{- $name := include "kda-common.serviceAccountName" . }}
{{- if and .Values.serviceAccount.create (include "kda-common.first" (dict "ctx" . "kind" "ServiceAccount" "name" $name)) }}
---
apiVersion: v1
kind: ServiceAccount
metadata:
  {{- include "kda-common.metadata" (dict "ctx" . "name" $name "annotations" .Values.serviceAccount.annotations) | nindent 2 }}
automountServiceAccountToken: false
{{- end }}
{{- end -}}
