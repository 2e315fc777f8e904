{{- define "kda-common.name" -}}
{{- .Values.nameOverride | default .Chart.Name -}}
{{- end -}}

{{- define "kda-common.fullname" -}}
{{- $name := include "kda-common.name" . -}}
{{- $fullname := .Values.fullnameOverride -}}
{{- if not $fullname -}}
{{- $fullname = ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) -}}
{{- end -}}
{{- if gt (len $fullname) 53 -}}
{{- fail (printf "\n\n%s: the name %q has %d characters, 53 are allowed: set fullnameOverride to a shorter one\n" .Chart.Name $fullname (len $fullname)) -}}
{{- end -}}
{{- $fullname -}}
{{- end -}}

{{- /* Of the workload, or of a part that it brings along (.Part), which has labels of its own. */ -}}
{{- define "kda-common.component" -}}
{{- $own := .Values.component | default .Values.key -}}
{{- if .Part }}{{ ternary .Part (printf "%s-%s" .Values.key .Part) (empty .Values.main | not) }}{{ else }}{{ $own }}{{ end -}}
{{- end -}}

{{- /* The release's name for the main workload, with the workload's key behind it for the others. */ -}}
{{- define "kda-common.workloadName" -}}
{{- $name := include "kda-common.fullname" . -}}
{{- if and .Values.key (not .Values.main) }}{{ $name = printf "%s-%s" $name .Values.key }}{{ end -}}
{{- if .Part }}{{ $name = printf "%s-%s" $name .Part }}{{ end -}}
{{- $name -}}
{{- end -}}

{{- /*
Starts the names of a workload's own ConfigMaps, Secrets and account, never those that the others share.
*/ -}}
{{- define "kda-common.ownName" -}}
{{- printf "%s-%s" (include "kda-common.fullname" .) .Values.key -}}
{{- end -}}

{{- define "kda-common.serviceAccountName" -}}
{{- $own := or .Values.hook (dig "serviceAccount" false (.Values.own | default dict)) -}}
{{- $made := include (ternary "kda-common.ownName" "kda-common.fullname" (not (empty $own))) . -}}
{{- .Values.serviceAccount.name | default (ternary $made "default" .Values.serviceAccount.create) -}}
{{- end -}}
