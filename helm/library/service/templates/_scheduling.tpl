{{- /* `zones` is a wish of the chart's author that holds wherever it can be written down. */ -}}
{{- define "service.scheduling" -}}
{{- $constraints := .Values.topologySpreadConstraints -}}
{{- if and .Values.zones (or (eq .Values.mode "deployment") (index .Values.knative.features "podspec-topologyspreadconstraints")) -}}
{{- $constraints = append $constraints (dict "maxSkew" 1 "minDomains" (int .Values.zones) "topologyKey" "topology.kubernetes.io/zone" "whenUnsatisfiable" "DoNotSchedule") -}}
{{- end -}}
{{- include "common.scheduling" (set (omit . "Values") "Values" (set (omit .Values "topologySpreadConstraints") "topologySpreadConstraints" $constraints)) -}}
{{- end -}}
