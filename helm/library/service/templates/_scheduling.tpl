{{- /* `zones` is a wish of the chart's author that holds wherever it can be written down. */ -}}
{{- define "kda-service.scheduling" -}}
{{- $constraints := .Values.topologySpreadConstraints -}}
{{- if and .Values.zones (or (ne .Values.kind "knative") (index .Values.knative.features "podspec-topologyspreadconstraints")) -}}
{{- $constraints = append $constraints (dict "maxSkew" 1 "minDomains" (int .Values.zones) "topologyKey" "topology.kubernetes.io/zone" "whenUnsatisfiable" "DoNotSchedule") -}}
{{- end -}}
{{- include "kda-common.scheduling" (set (omit . "Values") "Values" (set (omit .Values "topologySpreadConstraints") "topologySpreadConstraints" $constraints)) -}}
{{- end -}}
