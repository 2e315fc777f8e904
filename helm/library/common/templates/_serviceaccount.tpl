{{- define "kda-common.serviceaccount" -}}
{{- $name := include "kda-common.serviceAccountName" . }}
{{- if and .Values.serviceAccount.create (include "kda-common.first" (dict "ctx" . "kind" "ServiceAccount" "name" $name)) }}
{{ include "kda-common.object" (dict "ctx" . "is" "v1 ServiceAccount" "name" $name "annotations" .Values.serviceAccount.annotations) }}
automountServiceAccountToken: false
{{- end }}
{{- end -}}
