{{- /* Objects of other kinds, as they are written in the values, with templates in their texts. */ -}}
{{- define "kda-common.extraobjects" -}}
{{- range $key, $object := .Values.extraObjects }}
{{- if $object }}
---
{{ tpl (kindIs "string" $object | ternary $object (toYaml $object)) $ }}
{{- end }}
{{- end }}
{{- end -}}
