{{- define "common.name" -}}
{{- .Values.nameOverride | default .Chart.Name -}}
{{- end -}}

{{- define "common.fullname" -}}
{{- $name := include "common.name" . -}}
{{- $fullname := .Values.fullnameOverride -}}
{{- if not $fullname -}}
{{- $fullname = ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) -}}
{{- end -}}
{{- if gt (len $fullname) 53 -}}
{{- fail (printf "\n\n%s: the name %q has %d characters, 53 are allowed: set fullnameOverride to a shorter one\n" .Chart.Name $fullname (len $fullname)) -}}
{{- end -}}
{{- $fullname -}}
{{- end -}}

{{- define "common.component" -}}
{{- .Component | default .Values.component -}}
{{- end -}}

{{- /* The workload's own name: a second workload of the chart (.Component) has its component as a suffix. */ -}}
{{- define "common.workloadName" -}}
{{- $fullname := include "common.fullname" . -}}
{{- ternary (printf "%s-%s" $fullname .Component) $fullname (not (empty .Component)) -}}
{{- end -}}

{{- /* What the names of the chart's ConfigMaps, Secrets and service account start with. */ -}}
{{- define "common.configName" -}}
{{- .ConfigName | default (include "common.fullname" .) -}}
{{- end -}}

{{- define "common.serviceAccountName" -}}
{{- $own := ternary (include "common.configName" .) "default" .Values.serviceAccount.create -}}
{{- .Values.serviceAccount.name | default $own -}}
{{- end -}}
