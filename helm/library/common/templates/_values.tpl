{{- /*
The values a library works with, as YAML: its defaults, overlaid by the chart's own values, where false, 0 and "" count
and null removes. (dict "root" $ "defaults" (list TEMPLATE …))
*/ -}}
{{- define "common.values" -}}
{{- $values := dict -}}
{{- range .defaults -}}
{{- $values = mustMergeOverwrite $values (include . $ | fromYaml) -}}
{{- end -}}
{{- $values = mustMergeOverwrite $values (deepCopy (omit .root.Values "common" "service" "job")) -}}
{{- include "common.prune" $values -}}
{{- range $library := list "common" "service" "job" -}}
{{- range $key, $_ := omit (get $.root.Values $library | default dict) "global" -}}
{{- fail (printf "\n\n%s: %s.%s has no effect, because %q is the name of a library: write %s at the top level\n" $.root.Chart.Name $library $key $library $key) -}}
{{- end -}}
{{- end -}}
{{- toYaml $values -}}
{{- end -}}

{{- /* Drops what is null, in place. */ -}}
{{- define "common.prune" -}}
{{- range $key, $value := . -}}
{{- if kindIs "invalid" $value -}}
{{- $_ := unset $ $key -}}
{{- else if kindIs "map" $value -}}
{{- include "common.prune" $value -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- /* YAML numbers reach a template as floats: 1048576 would print as 1.048576e+06. */ -}}
{{- define "common.string" -}}
{{- if kindIs "float64" . -}}
{{- if eq (floor .) . -}}{{ int64 . }}{{- else -}}{{ . }}{{- end -}}
{{- else -}}
{{- toString . -}}
{{- end -}}
{{- end -}}
