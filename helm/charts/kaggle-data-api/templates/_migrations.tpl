{{- /*
The schema is brought up to date by a hook: after the first install, and before each upgrade puts new code in front of it.
Before an upgrade none of the release's new objects exist yet, so the Job brings its own service account, policy and copy
of the database Secret, which go when it has succeeded.
*/ -}}
{{- define "kaggle-data-api.migrations" -}}
{{- if .Values.migrations.enabled }}
{{- $shared := pick .Values "nameOverride" "fullnameOverride" "partOf" "commonLabels" "commonAnnotations" "image" "imagePullSecrets" "externalDatabase" }}
{{- /* The owner's, where one is named; one of the two would otherwise be left of each. */}}
{{- $owner := .Values.migrations.externalDatabase | default dict }}
{{- if or $owner.url $owner.existingSecret }}
{{- $_ := set $shared "externalDatabase" (omit $shared.externalDatabase "url" "existingSecret") }}
{{- else }}
{{- $owner = omit $owner "url" "existingSecret" }}
{{- end }}
{{- $own := dict
  "type" "job"
  "args" (list "dist/migrate.mjs")
  "ttlSecondsAfterFinished" nil
  "activeDeadlineSeconds" .Values.migrations.activeDeadlineSeconds
  "backoffLimit" .Values.migrations.backoffLimit
  "env" .Values.migrations.env
  "externalDatabase" $owner
  "resources" .Values.migrations.resources
  "podLabels" .Values.podLabels
  "networkPolicy" (dict
    "enabled" (dig "enabled" true .Values.networkPolicy)
    "egress" (pick .Values.networkPolicy.egress "dns" "database"))
}}
{{- $ctx := omit . "Values" }}
{{- $_ := set $ctx "Values" (mustMergeOverwrite (deepCopy $shared) $own) }}
{{- $_ := set $ctx "Values" (include "job.values" $ctx | fromYaml) }}
{{- $_ := set $ctx "Component" "migrate" }}
{{- $_ := set $ctx "ConfigName" (include "common.workloadName" $ctx) }}
{{- range $weight, $templates := dict "-10" (list "serviceaccount" "secret" "networkpolicy") "0" (list "job") }}
{{- $_ := set $ctx "Annotations" (dict
  "helm.sh/hook" "post-install,pre-upgrade"
  "helm.sh/hook-weight" $weight
  "helm.sh/hook-delete-policy" "before-hook-creation,hook-succeeded") }}
{{- range $templates }}
{{- include (printf "job.%s" .) $ctx }}
{{- end }}
{{- end }}
{{- end }}
{{- end -}}
