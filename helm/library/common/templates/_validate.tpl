{{- /* What is wrong with the values that every library shares, one problem a line. */ -}}
{{- define "common.problems" -}}
{{- include "common.image.problems" . }}
{{- with .Values.externalDatabase }}
{{- if and .required (not .url) (not .existingSecret) }}
- externalDatabase is empty: set existingSecret to the name of a Secret that holds the database's URI, or url to the URI itself
{{- end }}
{{- if and .url .existingSecret }}
- externalDatabase: url and existingSecret are both set; keep one of them and set the other to ""
{{- end }}
{{- end }}
{{- range $key, $entry := .Values.secrets }}
{{- if ne 1 (len (pick $entry "data" "existingSecret" "externalSecret")) }}
- secrets.{{ $key }}: needs exactly one of data, existingSecret and externalSecret; set the others to null
{{- end }}
{{- end }}
{{- range $key, $entry := .Values.configMaps }}
{{- if ne 1 (len (pick $entry "data" "existingConfigMap")) }}
- configMaps.{{ $key }}: needs exactly one of data and existingConfigMap; set the other to null
{{- end }}
{{- end }}
{{- range $key, $entry := .Values.volumes }}
{{- if ne 1 (len (pick $entry "emptyDir" "persistentVolumeClaim")) }}
- volumes.{{ $key }}: needs exactly one of emptyDir and persistentVolumeClaim; set the other to null
{{- end }}
{{- end }}
{{- end -}}

{{- /* Stops with every problem at once. (dict "ctx" $ "problems" TEXT), one problem a line, each starting with "- " */ -}}
{{- define "common.refuse" -}}
{{- $problems := regexFindAll "(?m)^- .*$" .problems -1 -}}
{{- if $problems -}}
{{- fail (printf "\n\nThe values of %s cannot be installed:\n%s\n" .ctx.Chart.Name (join "\n" $problems)) -}}
{{- end -}}
{{- end -}}
